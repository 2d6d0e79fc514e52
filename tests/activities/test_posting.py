"""A letter is sent once: claimed, sent, marked, and asked about before it is ever sent again."""

import email
import email.policy
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.posting import Attempt, NotYet, deliver
from retention import links, policy
from retention.emails.addresses import hidden
from retention.emails.local_outbox import LocalDoor
from retention.emails.message import Address, MailDoor, Message
from retention.emails.sending import SETTLES_AFTER, SendGridDoor
from retention.messages.letters import LetterSent, LetterWish
from retention.records import letters, mail_events, suppressions
from retention.records.database import transaction
from retention.records.letters import LetterRecord
from retention.records.mail_events import Report
from retention.records.suppressions import SuppressionScope
from retention.records.tutors import Tutor
from retention.settings import settings
from retention.vocabulary import Letter, LetterState, MailEvent, Role, TutorStatus
from tests.emails.test_sending import a_door
from tests.factories.letters import NOON, a_tip, a_wish
from tests.factories.people import a_colleague
from tests.testbed import mail_provider
from tests.testbed.mail_provider import Provider

pytestmark = pytest.mark.usefixtures("data")
BEGAN = datetime(2026, 3, 26, 12, 0, 5, tzinfo=UTC)  # real; business time runs alike in these tests
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def sendgrid(provider: Provider) -> SendGridDoor:
    return a_door(provider.url)


@pytest.fixture
def outbox(tmp_path: Path) -> LocalDoor:
    return LocalDoor(tmp_path, Address("Mainstay", "tutoring@mainstay.example"))


def wished(make: Callable[..., LetterWish] = a_wish, *more: Any, **changes: Any) -> LetterWish:
    with transaction() as session:
        return make(session, *more, **changes)


def sent(wish: LetterWish, door: MailDoor, *, after: timedelta = timedelta()) -> LetterSent:
    return deliver(Attempt(wish, wished=BEGAN, real=BEGAN + after), door)


def row(wish: LetterWish) -> LetterRecord:
    with transaction() as session:
        found = letters.find(session, wish.key)
        assert found is not None
        return found


def heard(wish: LetterWish, kind: MailEvent = MailEvent.PROCESSED) -> None:
    report = Report(sg_event_id=f"{wish.key}/{kind}", message_key=wish.key, kind=kind, at=BEGAN, document={})
    with transaction() as session:
        mail_events.keep(session, [report])


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


@pytest.mark.parametrize(
    ("scope", "make", "state"),
    [
        (SuppressionScope.EVERYTHING, a_wish, LetterState.SUPPRESSED),
        (SuppressionScope.EVERYTHING, a_tip, LetterState.SUPPRESSED),
        (SuppressionScope.OPTIONAL, a_wish, LetterState.SENT),
        (SuppressionScope.OPTIONAL, a_tip, LetterState.SUPPRESSED),
    ],
)
def test_whoever_is_left_alone_gets_no_letter_of_that_kind(
    outbox: LocalDoor, scope: SuppressionScope, make: Callable[..., LetterWish], state: LetterState
) -> None:
    wish = wished(make)
    with transaction() as session:
        address = session.get_one(Tutor, wish.tutor_number).email
        suppressions.suppress(session, hidden(address.upper() + " "), scope, reason="bounce", at=BEGAN)
    told = sent(wish, outbox)
    assert told.state is state
    assert told.reason == ("" if state is LetterState.SENT else "The address gets no such letters: bounce.")
    assert outbox.has(wish.key) == (state is LetterState.SENT)


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


@pytest.mark.parametrize(
    ("make", "more", "state"),
    [
        (a_tip, (), LetterState.SUPPRESSED),
        (a_wish, (), LetterState.SUPPRESSED),
        (a_wish, (Letter.COACHING_CALLED_OFF,), LetterState.SENT),  # it takes a call out of a calendar
    ],
)
def test_who_has_left_while_the_provider_was_away_is_not_written_to(
    *,
    provider: Provider,
    sendgrid: SendGridDoor,
    make: Callable[..., LetterWish],
    more: tuple[Letter, ...],
    state: LetterState,
) -> None:
    wish = wished(make, *more)
    provider.answers = [mail_provider.status(429)]
    with pytest.raises(NotYet):
        sent(wish, sendgrid)
    with transaction() as session:
        session.get_one(Tutor, wish.tutor_number).status = TutorStatus.CHURNED
    told = sent(wish, sendgrid, after=HOUR)
    assert (told.state, told.reason) == (state, "" if state is LetterState.SENT else "The tutor has left.")


def tips_of(tutor: LetterWish, ages: list[timedelta], outbox: LocalDoor) -> None:
    for number, age in enumerate(ages, start=2):
        at = NOON - age
        tip = wished(a_tip, at=at, tutor_number=tutor.tutor_number, key=f"{tutor.case_id}/tip/{number}")
        assert sent(tip, outbox).state is LetterState.SENT


@pytest.mark.parametrize(
    ("ages", "state"),
    [
        ([], LetterState.SENT),
        ([1 * DAY], LetterState.SENT),
        ([6 * DAY, 1 * DAY], LetterState.SUPPRESSED),
        ([policy.OPTIONAL_MAIL_WINDOW - timedelta(seconds=1), 1 * DAY], LetterState.SUPPRESSED),
        ([policy.OPTIONAL_MAIL_WINDOW, 1 * DAY], LetterState.SENT),
    ],
)
def test_the_mail_budget_is_kept_over_a_rolling_window(
    outbox: LocalDoor, ages: list[timedelta], state: LetterState
) -> None:
    tip = wished(a_tip)
    tips_of(tip, ages, outbox)
    told = sent(tip, outbox)
    assert told.state is state
    assert told.reason == (
        "" if state is LetterState.SENT else "Mail budget: 2 optional letters in 7 days already."
    )


def test_notices_neither_count_nor_are_counted(outbox: LocalDoor) -> None:
    tip = wished(a_tip)
    tips_of(tip, [2 * DAY, 1 * DAY], outbox)
    assert sent(wished(a_wish, tutor_number=tip.tutor_number), outbox).state is LetterState.SENT
    with transaction() as session:
        assert tip.tutor_number is not None
        assert letters.optional_sent(session, [tip.tutor_number, 1], NOON - 7 * DAY) == {tip.tutor_number: 2}
        assert letters.optional_sent(session, [], NOON - 7 * DAY) == {}


def test_many_at_once_do_not_exceed_the_budget(outbox: LocalDoor) -> None:
    first = wished(a_tip)
    tips = [first.model_copy(update={"key": f"{first.case_id}/tip/{n}"}) for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda tip: sent(tip, outbox).state, tips))
    assert sorted(told) == [LetterState.SENT] * 2 + [LetterState.SUPPRESSED] * 6


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


def test_a_group_of_nobody_is_said_to_be_one(outbox: LocalDoor) -> None:
    wish = wished(a_wish, Letter.RULE_DECLINED).model_copy(update={"tutor_number": None})
    assert sent(wish, outbox).reason == "Nobody to write to."


@pytest.mark.parametrize(
    ("make", "about", "why"), [(a_wish, {}, "minutes"), (a_tip, {"tip": "no-such-guide"}, "no such guide")]
)
def test_a_wish_that_nobody_can_send_has_failed_and_the_outbox_says_why(
    *, outbox: LocalDoor, make: Callable[..., LetterWish], about: dict[str, str], why: str
) -> None:
    wish = wished(make).model_copy(update={"about": about})
    failed = sent(wish, outbox)
    assert failed.state is LetterState.FAILED
    assert why in failed.reason
    assert (row(wish).state, row(wish).reason) == (LetterState.FAILED, failed.reason)
    assert not outbox.has(wish.key)


def test_a_wish_for_a_tutor_that_is_not_there_has_failed(outbox: LocalDoor) -> None:
    failed = sent(wished().model_copy(update={"tutor_number": 4_000_000}), outbox)
    assert (failed.state, failed.reason) == (LetterState.FAILED, "There is no tutor 4000000 to write to.")
