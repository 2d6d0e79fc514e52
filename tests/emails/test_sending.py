"""The door to SendGrid against its published contract: what is asked, and what each answer means."""

import base64
import logging
import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from retention.emails import sending
from retention.emails.message import Address, Calendar, Message, Refused, SurelyNotSent, Unclear, one_click
from retention.emails.sending import KEY_PAUSE, SendGridDoor, the_door
from retention.errors import NotSetUp
from retention.settings import Settings, settings
from tests.testbed import mail_provider
from tests.testbed.mail_provider import Provider

KEY = "SG.for-tests"
AT = datetime(2026, 3, 26, 14, tzinfo=UTC)
RESERVED = {  # headers that the API refuses (its specification of POST /v3/mail/send)
    *("x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding"),
    *("to", "from", "subject", "reply-to", "cc", "bcc"),
}


def a_message(**changes: Any) -> Message:
    told: dict[str, Any] = {
        "key": "coaching/10023/4/coaching_times/1",
        "to": (Address("Zoë O'Neill", "zoe@example.com"),),
        "subject": "A time for our call",
        "text": "Hello",
        "html": "<p>Hello</p>",
        "at": AT,
        "categories": ("coaching_times", "notice"),
    }
    return Message(**told | changes)


def a_door(url: str, **changes: Any) -> SendGridDoor:
    told = Settings(
        sendgrid_api_key=SecretStr(KEY), sendgrid_url=url, **{"mail_timeout_seconds": 0.5} | changes
    )
    return SendGridDoor(told, Address("Mainstay", "tutoring@mainstay.example"))


def test_a_letter_is_asked_for_as_the_api_wants_it(provider: Provider) -> None:
    sent = a_door(provider.url, mail_reply_to="people@mainstay.example").send(a_message())
    assert sent == "sg-1"
    (body,) = provider.asked
    assert provider.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert body["personalizations"] == [{"to": [{"email": "zoe@example.com", "name": "Zoë O'Neill"}]}]
    assert body["from"] == {"email": "tutoring@mainstay.example", "name": "Mainstay"}
    assert body["reply_to"] == {"email": "people@mainstay.example"}
    assert [part["type"] for part in body["content"]] == ["text/plain", "text/html"]  # in this order only
    assert body["custom_args"] == {"message_key": "coaching/10023/4/coaching_times/1"}
    assert 0 < len(body["categories"]) <= 10
    assert body["tracking_settings"]["click_tracking"] == {"enable": False, "enable_text": False}
    assert body["tracking_settings"]["open_tracking"] == {"enable": False}
    assert body["mail_settings"] == {"sandbox_mode": {"enable": False}}
    assert not RESERVED & set(body.get("headers", {}))


def test_each_of_several_readers_sees_no_other(provider: Provider) -> None:
    a_door(provider.url).send(a_message(to=(Address("A", "a@example.com"), Address("B", "b@example.com"))))
    tos = [one["to"] for one in provider.asked[0]["personalizations"]]
    assert [[to["email"] for to in each] for each in tos] == [["a@example.com"], ["b@example.com"]]


def test_an_invitation_travels_as_a_file(provider: Provider) -> None:
    a_door(provider.url).send(a_message(calendar=Calendar("BEGIN:VCALENDAR\r\n", "REQUEST")))
    (file,) = provider.asked[0]["attachments"]
    assert base64.b64decode(file["content"]) == b"BEGIN:VCALENDAR\r\n"
    assert (file["type"], file["filename"]) == ("text/calendar; method=REQUEST", "call.ics")


def test_one_click_headers_travel_when_they_are_given(provider: Provider) -> None:
    a_door(provider.url).send(a_message(headers=one_click("https://mainstay.example/unsubscribe/x")))
    assert provider.asked[0]["headers"] == {
        "List-Unsubscribe": "<https://mainstay.example/unsubscribe/x>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def test_in_the_sandbox_the_check_is_the_answer(provider: Provider) -> None:
    provider.answers = [mail_provider.status(200), mail_provider.status(202)]
    door = a_door(provider.url, mail_sandbox=True)
    assert door.send(a_message()) == ""
    assert provider.asked[0]["mail_settings"] == {"sandbox_mode": {"enable": True}}
    with pytest.raises(Unclear):
        door.send(a_message())


@pytest.mark.parametrize("code", [400, 404, 405, 413, 415])
def test_what_the_provider_will_never_take_is_refused(
    provider: Provider, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    provider.answers = [mail_provider.status(code)]
    with pytest.raises(Refused, match=str(code)) as refused:
        a_door(provider.url).send(a_message())
    assert "zoe" not in refused.value.why
    assert [line for line in caplog.records if line.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("code", [401, 403])
def test_while_the_key_is_not_accepted_letters_wait_and_only_one_in_a_while_is_offered(
    provider: Provider, code: int, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.answers = [mail_provider.status(code)]
    door = a_door(provider.url)
    for asked_after in (KEY_PAUSE, timedelta()):  # the second waits for the rest of the pause
        with pytest.raises(SurelyNotSent) as waits:
            door.send(a_message())
        assert waits.value.after is not None
        assert asked_after - timedelta(minutes=1) <= waits.value.after <= KEY_PAUSE
        assert "zoe" not in waits.value.why
    assert len(provider.asked) == 1
    assert [line.getMessage() for line in caplog.records if "NO LETTERS" in line.getMessage()]
    assert KEY not in caplog.text
    monkeypatch.setattr(sending, "_shut", {provider.url: 0.0})  # the pause is over
    assert door.send(a_message()) == "sg-1"


@pytest.mark.parametrize(
    ("headers", "shortest", "longest"),
    [
        ({"Retry_After": "7"}, 7, 7),
        ({"Retry_After": "0"}, 1, 1),
        ({"X_RateLimit_Reset": "{now+30}"}, 25, 30),
        ({"X_RateLimit_Reset": "1"}, 1, 1),  # it has come already
        ({"Retry_After": "999999"}, 3600, 3600),
    ],
)
def test_too_many_letters_wait_as_long_as_the_provider_says(
    provider: Provider, headers: dict[str, str], shortest: float, longest: float
) -> None:
    now = int(datetime.now(UTC).timestamp())
    told = {name: value.replace("{now+30}", str(now + 30)) for name, value in headers.items()}
    provider.answers = [mail_provider.status(429, **told)]
    with pytest.raises(SurelyNotSent) as asked_to_wait:
        a_door(provider.url).send(a_message())
    assert asked_to_wait.value.after is not None
    assert timedelta(seconds=shortest) <= asked_to_wait.value.after <= timedelta(seconds=longest)


@pytest.mark.parametrize("headers", [{}, {"Retry_After": "soon"}])
def test_too_many_letters_without_a_word_of_when_wait_as_long_as_the_caller_likes(
    provider: Provider, headers: dict[str, str]
) -> None:
    provider.answers = [mail_provider.status(429, **headers)]
    with pytest.raises(SurelyNotSent) as asked_to_wait:
        a_door(provider.url).send(a_message())
    assert asked_to_wait.value.after is None


@pytest.mark.parametrize(
    "reply",
    [
        *(mail_provider.status(code) for code in (408, 500, 502, 503, 504)),
        mail_provider.status(200),  # accepted is 202
        mail_provider.status(302, Location="/elsewhere"),
        mail_provider.silent(1.0, took=True),
        mail_provider.hung_up(took=True),
        mail_provider.hung_up(took=False),
        mail_provider.garbled,
    ],
    ids=[
        "408",
        "500",
        "502",
        "503",
        "504",
        "200",
        "redirect",
        "silent",
        "took, hung up",
        "hung up",
        "garbled",
    ],
)
def test_an_answer_that_proves_nothing_is_unclear(provider: Provider, reply: mail_provider.Reply) -> None:
    provider.answers = [reply]
    with pytest.raises(Unclear):
        a_door(provider.url).send(a_message())


def test_a_provider_that_nobody_reaches_has_surely_not_got_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # not listening: refused
        with pytest.raises(SurelyNotSent, match="ConnectionRefusedError"):
            a_door(f"http://127.0.0.1:{taken.getsockname()[1]}").send(a_message())
    with pytest.raises(SurelyNotSent, match="gaierror"):
        a_door("http://nowhere.invalid").send(a_message())


def test_the_door_never_waits_longer_than_its_time_out(provider: Provider) -> None:
    provider.answers = [mail_provider.silent(5.0, took=False)]
    before = datetime.now(UTC)
    with pytest.raises(Unclear, match="TimeoutError"):
        a_door(provider.url, mail_timeout_seconds=0.2).send(a_message())
    assert datetime.now(UTC) - before < timedelta(seconds=3)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Any:
    def tell(**environment: str) -> None:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()

    yield tell
    settings.cache_clear()


def test_without_a_key_letters_stay_here_but_never_in_production(told: Any) -> None:
    told(ENVIRONMENT="test", SENDGRID_API_KEY="")
    assert the_door().name == "local"
    told(ENVIRONMENT="production", SENDGRID_API_KEY="")
    with pytest.raises(NotSetUp, match="SENDGRID_API_KEY"):
        the_door()
    told(ENVIRONMENT="production", SENDGRID_API_KEY=KEY)
    assert the_door().name == "sendgrid"


def test_a_sender_that_is_no_address_is_refused(told: Any) -> None:
    told(ENVIRONMENT="test", MAIL_FROM="Mainstay")
    with pytest.raises(NotSetUp, match="MAIL_FROM"):
        the_door()
