"""A letter is sent once: claimed, sent, marked, and asked about before it is ever sent again."""

import email
import email.policy
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from activities.posting import NotYet
from retention import links
from retention.emails.local_outbox import LocalDoor
from retention.emails.message import Address, Message
from retention.emails.sending import SETTLES_AFTER, SendGridDoor
from retention.messages.letters import LetterSent, LetterWish
from retention.records.database import transaction
from retention.records.letters import LetterRecord
from retention.settings import settings
from retention.vocabulary import Letter, LetterState, MailEvent, Role
from tests.activities.posted import heard, row, sent, wished
from tests.emails.test_sending import a_door
from tests.factories.letters import NOON, a_tip, a_wish
from tests.factories.people import a_colleague
from tests.testbed import mail_provider
from tests.testbed.mail_provider import Provider

pytestmark = pytest.mark.usefixtures("data")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def sendgrid(provider: Provider) -> SendGridDoor:
    return a_door(provider.url)


@pytest.fixture
def outbox(tmp_path: Path) -> LocalDoor:
    return LocalDoor(tmp_path, Address("Mainstay", "tutoring@mainstay.example"))


def test_a_letter_is_composed_for_its_reader_sent_and_kept_as_it_was_sent(
    provider: Provider, sendgrid: SendGridDoor
) -> None:
    wish = wished()
    assert sent(wish, sendgrid) == LetterSent(key=wish.key, state=LetterState.SENT, at=NOON)
    kept = row(wish)
    (asked,) = provider.asked
    assert [part["value"] for part in asked["content"]] == [kept.text, kept.html]
    assert (kept.state, kept.sent_at, kept.attempts, kept.provider_id) == ("sent", NOON, 1, "sg-1")
    assert kept.text.startswith("Hello Grace,")
    link = next(word for word in kept.text.split() if "/answer/" in word)
    assert links.read_answer_token(link.rsplit("/", 1)[1]) == wish.key
    assert kept.question is not None


def test_the_same_wish_twice_is_one_letter(provider: Provider, sendgrid: SendGridDoor) -> None:
    wish = wished()
    assert sent(wish, sendgrid) == sent(wish, sendgrid, after=DAY)
    assert provider.delivered == [wish.key]


def test_while_the_provider_is_away_the_letter_waits_and_is_sent_when_it_is_back(
    provider: Provider, sendgrid: SendGridDoor
) -> None:
    wish = wished()
    with pytest.raises(NotYet, match="cannot be reached"):
        sent(wish, a_door("http://nowhere.invalid"))
    assert row(wish).state == LetterState.NEW
    assert sent(wish, sendgrid, after=HOUR).at == NOON + HOUR
    assert (row(wish).attempts, provider.delivered) == (2, [wish.key])


def test_a_provider_that_asks_for_patience_gets_it(provider: Provider, sendgrid: SendGridDoor) -> None:
    provider.answers = [mail_provider.status(429, Retry_After="40")]
    with pytest.raises(NotYet) as wait:
        sent(wished(), sendgrid)
    assert wait.value.after == timedelta(seconds=40)


def test_a_letter_that_may_have_gone_out_is_asked_about_first(
    provider: Provider, sendgrid: SendGridDoor
) -> None:
    wish = wished()
    provider.answers = [mail_provider.hung_up(took=True)]
    with pytest.raises(NotYet) as wait:
        sent(wish, sendgrid)
    assert wait.value.after == SETTLES_AFTER
    assert row(wish).state == LetterState.AMBIGUOUS
    with pytest.raises(NotYet) as wait:
        sent(wish, sendgrid, after=5 * MINUTE)
    assert wait.value.after == SETTLES_AFTER - 5 * MINUTE
    heard(wish)
    assert sent(wish, sendgrid, after=6 * MINUTE).state is LetterState.SENT
    assert provider.delivered == [wish.key]


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ([MailEvent.DROPPED], LetterState.FAILED),
        ([MailEvent.PROCESSED, MailEvent.DROPPED], LetterState.FAILED),
        ([MailEvent.BOUNCE], LetterState.SENT),  # it went out; that it came back is another matter
        ([MailEvent.DELIVERED, MailEvent.DROPPED], LetterState.SENT),
    ],
)
def test_a_letter_that_the_provider_dropped_did_not_go_out(
    *, provider: Provider, sendgrid: SendGridDoor, kinds: list[MailEvent], state: LetterState
) -> None:
    wish = wished()
    provider.answers = [mail_provider.hung_up(took=True)]
    with pytest.raises(NotYet):
        sent(wish, sendgrid)
    for kind in kinds:
        heard(wish, kind)
    told = sent(wish, sendgrid, after=MINUTE)
    assert told.state is state
    assert ("dropped" in told.reason) == (state is LetterState.FAILED)


@pytest.mark.parametrize(("after", "again"), [(SETTLES_AFTER - timedelta(seconds=1), 0), (SETTLES_AFTER, 1)])
def test_a_harmless_letter_goes_out_again_when_the_provider_never_spoke_of_it(
    provider: Provider, sendgrid: SendGridDoor, after: timedelta, again: int
) -> None:
    wish = wished()
    provider.answers = [mail_provider.hung_up(took=False)]
    with pytest.raises(NotYet):
        sent(wish, sendgrid)
    if again:
        assert sent(wish, sendgrid, after=after).state is LetterState.SENT
    else:
        with pytest.raises(NotYet):
            sent(wish, sendgrid, after=after)
    assert len(provider.delivered) == again


def test_a_letter_whose_second_copy_could_mislead_is_parked_for_a_person(
    provider: Provider, sendgrid: SendGridDoor
) -> None:
    wish = wished(a_wish, Letter.COACHING_CALLED_OFF)
    provider.answers = [mail_provider.status(503)]
    with pytest.raises(NotYet):
        sent(wish, sendgrid)
    parked = sent(wish, sendgrid, after=SETTLES_AFTER)
    assert parked.state is LetterState.AMBIGUOUS
    assert "ask the reader" in parked.reason
    assert sent(wish, sendgrid, after=DAY) == parked
    assert provider.delivered == []


def test_after_a_crash_in_mid_sending_nothing_is_sent_blindly(
    provider: Provider, sendgrid: SendGridDoor, outbox: LocalDoor
) -> None:
    class Crash(BaseException):
        pass

    class CrashingDoor(SendGridDoor):
        def send(self, message: Message) -> str:
            super().send(message)
            raise Crash

    wish = wished()
    with pytest.raises(Crash):
        sent(wish, CrashingDoor(sendgrid.told, sendgrid.sender))
    assert row(wish).state == LetterState.SENDING
    with pytest.raises(NotYet):
        sent(wish, sendgrid, after=MINUTE)
    assert len(provider.delivered) == 1
    # The local door knows: what is not there goes out at once, what is there does not again.
    assert sent(wish, outbox, after=2 * MINUTE).state is LetterState.SENT
    assert outbox.has(wish.key)


def test_a_local_letter_that_is_in_the_folder_is_only_marked(outbox: LocalDoor) -> None:
    wish = wished()
    sent(wish, outbox)
    (file,) = outbox.folder.iterdir()
    before = file.stat().st_mtime_ns
    with transaction() as session:  # as a crash between sending and marking leaves it
        letter = session.get_one(LetterRecord, wish.key)
        letter.state, letter.sent_at, letter.settled_at = LetterState.SENDING, None, None
    assert sent(wish, outbox, after=MINUTE).state is LetterState.SENT
    assert file.stat().st_mtime_ns == before


def test_what_the_provider_refuses_has_failed_for_good(provider: Provider, sendgrid: SendGridDoor) -> None:
    wish = wished()
    provider.answers = [mail_provider.status(400)]
    failed = sent(wish, sendgrid)
    assert (failed.state, failed.reason) == (
        LetterState.FAILED,
        "The mail provider refused the letter (status 400).",
    )
    assert sent(wish, sendgrid, after=DAY) == failed
    assert provider.delivered == []


@pytest.mark.parametrize(("make", "key"), [(a_wish, "/answer/"), (a_tip, "letter=")])
def test_in_production_what_is_kept_of_a_letter_opens_nothing(
    *,
    provider: Provider,
    sendgrid: SendGridDoor,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[..., LetterWish],
    key: str,
) -> None:
    told = {"ENVIRONMENT": "production", "SESSION_SECRET": "s" * 32, "ADDRESS_SECRET": "a" * 32}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    wish = wished(make)
    assert sent(wish, sendgrid).state is LetterState.SENT
    kept = row(wish)
    for part, words in zip(provider.asked[0]["content"], (kept.text, kept.html), strict=True):
        assert re.search(f"{key}(?!{links.REMOVED})[A-Za-z]", part["value"])  # the letter itself has it
        assert f"{key}{links.REMOVED}" in words
        assert not re.search(f"{key}(?!{links.REMOVED})[A-Za-z]", words)
    settings.cache_clear()


def test_a_letter_that_was_late_does_not_come_at_night(outbox: LocalDoor) -> None:
    wish = wished()  # noon in London
    with pytest.raises(NotYet, match="night") as wait:
        sent(wish, outbox, after=9 * HOUR)
    assert wait.value.after == 11 * HOUR
    assert sent(wish, outbox, after=20 * HOUR).at == NOON + 20 * HOUR


def test_everybody_of_a_group_gets_a_letter_to_colleagues(outbox: LocalDoor) -> None:
    with transaction() as session:
        a_colleague(session, "Ada Byron")
        a_colleague(session, "Bo Diddley", role=Role.OPS_MANAGER)
        a_colleague(session, "Cy Twombly").active = False
        wish = a_wish(session, Letter.RULE_DECLINED).model_copy(update={"tutor_number": None})
    assert sent(wish, outbox).state is LetterState.SENT
    (file,) = outbox.folder.iterdir()
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert [one.addr_spec for one in mail["to"].addresses] == ["ada@mainstay.example"]
