"""The door of a machine without a mail provider: each letter becomes an .eml file, and goes nowhere."""

import os
from dataclasses import dataclass
from datetime import timedelta
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from pathlib import Path
from threading import get_ident
from urllib.parse import quote

from retention.emails.message import Address, Message
from retention.errors import NotSetUp
from retention.settings import settings


@dataclass
class LocalDoor:
    """Puts letters into a folder. A letter is there or not there: this door always knows."""

    folder: Path
    sender: Address
    name: str = "local"
    settles_after: timedelta = timedelta()

    def send(self, message: Message) -> str:
        """Put the letter into the folder, whole or not at all. Repeatable."""
        self.folder.mkdir(parents=True, exist_ok=True)
        place = self._place(message.key)
        part = place.with_name(f"{place.name}.{os.getpid()}-{get_ident()}.part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(as_file(message, sender=self.sender))
        part.replace(place)
        return "local"

    def has(self, key: str) -> bool:
        return self._place(key).exists()

    def _place(self, key: str) -> Path:
        return self.folder / f"{quote(key, safe='')}.eml"


def local_door(sender: Address) -> LocalDoor:
    """The door into the outbox folder. Raises NotSetUp in production: nobody would get anything."""
    if settings().environment == "production":
        raise NotSetUp(
            "In production letters do not stay on this machine.",
            instead="Set SENDGRID_API_KEY for the process activities.mail.",
        )
    return LocalDoor(settings().outbox_folder, sender)


def as_file(message: Message, *, sender: Address) -> bytes:
    """The letter as a mail program reads it. (`email.message` would take six times as long.)"""
    words = MIMEMultipart("alternative", _subparts=[_part(message.text), _part(message.html, "html")])
    mail = MIMEMultipart("mixed", _subparts=[words]) if message.calendar else words
    if message.calendar:
        entry = _part(message.calendar.text, "calendar")
        entry.set_param("method", message.calendar.method)
        entry.add_header("Content-Disposition", "attachment", filename="call.ics")
        mail.attach(entry)
    mail["Subject"] = Header(message.subject, "utf-8")  # type: ignore[assignment] # its stubs know text only
    mail["From"] = _mailbox(sender)
    mail["To"] = ", ".join(_mailbox(one) for one in message.to)
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = f"<{quote(message.key, safe='')}@mainstay.invalid>"
    for name, value in message.headers.items():
        mail[name] = value
    return mail.as_bytes()


def _part(words: str, subtype: str = "plain") -> MIMEText:
    return MIMEText(words, subtype, "utf-8")


def _mailbox(address: Address) -> str:
    return formataddr((address.name, address.email))
