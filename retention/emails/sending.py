"""The one door to SendGrid: what is sent, and what its answers mean (docs/decisions/0013).

The library has no time-out, no retries and no idempotency key of its own, so: the time-out is set here,
retries are the caller's, and every failure is told as one of three facts - not sent, refused, unclear.
"""

import base64
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from retention.emails.local_outbox import local_door
from retention.emails.message import Address, MailDoor, Message, Refused, SurelyNotSent, Unclear
from retention.errors import NotSetUp
from retention.settings import Settings, settings

SETTLES_AFTER = timedelta(minutes=15)  # events come in batches, up to minutes late (e-mail guide 1.2)
ACCEPTED, CHECKED = 202, 200  # the second is the sandbox's
NO_KEY = {401, 403}
TOO_MANY = 429
NOT_HEARD_OUT = 408
LONGEST_PAUSE = timedelta(hours=1)
# A person has to make a new key, or let the old one send; asking more often helps nobody. Real time.
KEY_PAUSE = timedelta(minutes=15)
NO_LETTERS = "The mail provider does not accept our key"
_shut: dict[str, float] = {}  # by the provider's address: until when no letter of this process is offered
UNTRACKED = {  # a tracked link shows its token to a third party
    "click_tracking": {"enable": False, "enable_text": False},
    "open_tracking": {"enable": False},
}

log = logging.getLogger("mainstay.mail")


@dataclass
class SendGridDoor:
    """Letters by SendGrid's Mail Send API, one request each."""

    told: Settings
    sender: Address
    name: str = "sendgrid"
    settles_after: timedelta = SETTLES_AFTER

    def send(self, message: Message) -> str:
        if (left := _shut.get(self.told.sendgrid_url, 0.0) - time.monotonic()) > 0:
            raise SurelyNotSent(f"{NO_LETTERS}.", after=timedelta(seconds=left))
        body = body_of(message, sender=self.sender, told=self.told)
        try:
            answer = self._client().client.mail.send.post(request_body=body)
        except HTTPError as said:
            if said.status_code in NO_KEY:
                raise self._locked_out(said.status_code) from None
            raise _meaning(said.status_code, said.headers) from None
        except URLError as cut:  # raised while connecting or sending only: the request was never complete
            raise SurelyNotSent(f"The mail provider cannot be reached ({_kind(cut.reason)}).") from None
        except (OSError, HTTPException) as cut:
            raise Unclear(f"The mail provider did not answer ({_kind(cut)}).") from None
        if answer.status_code != (CHECKED if self.told.mail_sandbox else ACCEPTED):
            raise Unclear(f"The mail provider answered with status {answer.status_code}.")
        return str(answer.headers.get("X-Message-Id") or "")

    def _locked_out(self, status: int) -> SurelyNotSent:
        """The letter is well, the key is not: every letter waits, and one after the pause tries again."""
        log.error("%s (status %s): NO LETTERS ARE SENT.", NO_LETTERS, status)
        _shut[self.told.sendgrid_url] = time.monotonic() + KEY_PAUSE.total_seconds()
        return SurelyNotSent(f"{NO_LETTERS} (status {status}).", after=KEY_PAUSE)

    def has(self, key: str) -> None:
        """Nobody can be asked: only the provider's reports tell."""
        del key

    def _client(self) -> SendGridAPIClient:
        client = SendGridAPIClient(self.told.sendgrid_api_key.get_secret_value(), host=self.told.sendgrid_url)
        client.client.timeout = self.told.mail_timeout_seconds
        return client


def the_door() -> MailDoor:
    """The door of this process. Raises NotSetUp when there is none that its environment allows."""
    told, sender = settings(), sender_of(settings())
    if told.sendgrid_api_key.get_secret_value():
        return SendGridDoor(told, sender, settles_after=timedelta(seconds=told.mail_settles_seconds))
    return local_door(sender)


def sender_of(told: Settings) -> Address:
    """Who letters come from. Raises NotSetUp when MAIL_FROM is no address."""
    name, email = parseaddr(told.mail_from)
    if "@" not in email:
        raise NotSetUp("MAIL_FROM is not an address.", instead="Write it as: Mainstay <tutoring@example.com>")
    return Address(name or "Mainstay", email)


def body_of(message: Message, *, sender: Address, told: Settings) -> dict[str, Any]:
    """The request, as the API's specification wants it; each reader gets a copy of their own."""
    body: dict[str, Any] = {
        "personalizations": [{"to": [_person(one)]} for one in message.to],
        "from": _person(sender),
        "subject": message.subject,
        "content": [
            {"type": "text/plain", "value": message.text},
            {"type": "text/html", "value": message.html},
        ],
        "categories": list(message.categories),
        "custom_args": {"message_key": message.key},  # comes back with every report
        "tracking_settings": UNTRACKED,
        "mail_settings": {"sandbox_mode": {"enable": told.mail_sandbox}},
    }
    if told.mail_reply_to:
        body["reply_to"] = {"email": told.mail_reply_to}
    if message.headers:
        body["headers"] = dict(message.headers)
    if message.calendar:
        body["attachments"] = [
            {
                "content": base64.b64encode(message.calendar.text.encode()).decode(),
                "type": f"text/calendar; method={message.calendar.method}",
                "filename": "call.ics",
                "disposition": "attachment",
            }
        ]
    return body


def _person(address: Address) -> dict[str, str]:
    return {"email": address.email, "name": address.name}


def _meaning(status: int, headers: Mapping[str, str] | None) -> Exception:
    if status == TOO_MANY:
        return SurelyNotSent("The mail provider asks us to wait.", after=_pause(headers or {}))
    if status >= 500 or status == NOT_HEARD_OUT:
        return Unclear(f"The mail provider failed (status {status}).")
    return Refused(f"The mail provider refused the letter (status {status}).")


def _pause(headers: Mapping[str, str]) -> timedelta | None:
    """How long to wait by the provider's own word: seconds, or the second at which it takes letters again."""
    waits, reset = headers.get("Retry-After", ""), headers.get("X-RateLimit-Reset", "")
    if waits.isdigit():
        seconds = float(waits)
    elif reset.isdigit():
        seconds = float(reset) - datetime.now(UTC).timestamp()
    else:
        return None
    return min(max(timedelta(seconds=seconds), timedelta(seconds=1)), LONGEST_PAUSE)


def _kind(fault: object) -> str:
    """A fault by its kind alone: its text may hold addresses."""
    return type(fault).__name__
