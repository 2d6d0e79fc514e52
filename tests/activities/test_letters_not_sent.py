"""Letters that are not sent: to whom none may go, past the mail budget, and wishes that nobody can send."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from activities.posting import NotYet
from retention import policy
from retention.emails.addresses import hidden
from retention.emails.local_outbox import LocalDoor
from retention.emails.message import Address
from retention.emails.sending import SendGridDoor
from retention.messages.letters import LetterWish
from retention.records import letters, suppressions
from retention.records.database import transaction
from retention.records.suppressions import SuppressionScope
from retention.records.tutors import Tutor
from retention.vocabulary import Letter, LetterState, TutorStatus
from tests.activities.posted import BEGAN, row, sent, wished
from tests.emails.test_sending import a_door
from tests.factories.letters import NOON, a_tip, a_wish
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
