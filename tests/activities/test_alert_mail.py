"""Letters about alerts: ordered with the judgement or the hour, addressed to each reader, composed."""

from datetime import UTC, datetime, timedelta

import pytest

from activities import composing
from activities.alert_mail import address_alerts, digests_of
from activities.evaluation import mark_periods
from retention import policy
from retention.emails.local_outbox import LocalDoor
from retention.emails.message import Address
from retention.messages.alerts import AlertMailOrder
from retention.messages.evaluation import AsOf, Period
from retention.messages.letters import LetterWish
from retention.programmes.alert_letters import AlertContent
from retention.programmes.wishes import content_of
from retention.records import accounts, rulebook_publications, watermarks
from retention.records.alerts import Alert
from retention.records.commands import Command
from retention.records.database import transaction
from retention.vocabulary import AlertMail, AlertScope, AlertSeverity, Cadence, LetterState
from rules.loader import digest_of, texts_of
from tests.activities.evaluated import NOON, a_tutor, evaluated, posted
from tests.activities.posted import row, sent
from tests.factories import wire
from tests.factories.alerts import every, raised
from tests.web.conftest import account

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CRITICAL = AlertSeverity.CRITICAL


def addressed(order: AlertMailOrder) -> list[LetterWish]:
    return address_alerts(order).wishes


def orders() -> dict[str, AlertMailOrder]:
    """What AlertMail was ordered to do, by its workflow id."""
    return {
        command.target: AlertMailOrder.model_validate(command.payload)
        for command in commands()
        if command.name == "AlertMail"
    }


def commands() -> list[Command]:
    with transaction() as session:
        return list(session.query(Command).order_by(Command.seq))


def test_critical_alerts_are_told_to_each_reader_in_one_letter(data: str) -> None:
    ada, ben = account().id, account("Ben Moor").id
    first, second = raised(severity=CRITICAL), raised(severity=CRITICAL)
    subjects = [f"alert/{first.id}", f"alert/{second.id}"]
    wishes = addressed(AlertMailOrder(subjects=subjects, as_of=MONDAY))
    assert [(wish.account, wish.about["subjects"]) for wish in wishes] == [
        (str(ada), subjects),
        (str(ben), subjects),
    ]
    assert [wish.key for wish in wishes] == [
        f"alert-notice/{subjects[0]}/{MONDAY:%Y%m%dT%H%M%S}/{reader}" for reader in (ada, ben)
    ]


def test_a_letter_of_critical_alerts_says_how_many_it_has_no_room_for(
    data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "ALERT_LINES", 1)
    account()
    subjects = [f"alert/{raised(severity=CRITICAL).id}" for _ in range(3)]
    (wish,) = addressed(AlertMailOrder(subjects=subjects, as_of=MONDAY))
    assert (wish.about["subjects"], wish.about["more"]) == (subjects[:1], 2)


def test_the_morning_of_a_monday_tells_what_came_since_friday_morning(data: str) -> None:
    ada = account().id
    late, early = raised(at=MONDAY - 3 * DAY), raised(at=MONDAY - 3 * DAY - HOUR)
    (wish,) = addressed(AlertMailOrder(account=str(ada), as_of=MONDAY))
    assert wish.about == {"subjects": [f"alert/{late.id}"], "more": 0, "older": 1, "settled": 0}
    assert wish.key == f"alert-digest/{ada}/2026-11-23"
    assert early.id != late.id


def test_without_anything_to_tell_there_is_no_letter(data: str) -> None:
    ada = account().id
    raised(at=MONDAY - 9 * DAY)
    assert addressed(AlertMailOrder(account=str(ada), as_of=MONDAY)) == []


def test_who_wants_no_letters_any_more_gets_none(data: str) -> None:
    ada = account().id
    raised(at=MONDAY - HOUR)
    with transaction() as session:
        wishes = accounts.AlertWishes(AlertMail.PAGES, AlertScope.GROUP, 8)
        accounts.wish_alerts(session, ada, wishes)
    assert addressed(AlertMailOrder(account=str(ada), as_of=MONDAY)) == []


def mornings(start: datetime, end: datetime, *, zone: str = "UTC") -> dict[str, AlertMailOrder]:
    """The orders of the hours of a span, by the day that their workflow is called by."""
    ada = account().id
    with transaction() as session:
        accounts.prefer(session, ada, time_zone=zone, shortcuts=True)
        hours = Period(cadence=Cadence.HOURLY, start=start, end=end)
        found = digests_of(session, [hours])
    assert {one.payload["account"] for one in found} <= {str(ada)}
    return {one.target.split("/")[2]: AlertMailOrder.model_validate(one.payload) for one in found}


@pytest.mark.parametrize(
    ("zone", "end", "ordered"),
    [
        ("Europe/London", datetime(2026, 11, 18, 8, tzinfo=UTC), True),
        ("Europe/London", datetime(2026, 11, 18, 9, tzinfo=UTC), False),
        ("Europe/London", datetime(2026, 7, 1, 7, tzinfo=UTC), True),
        ("America/Denver", datetime(2026, 11, 18, 15, tzinfo=UTC), True),
        ("Asia/Kolkata", datetime(2026, 11, 18, 3, tzinfo=UTC), True),  # half past eight there
        ("Asia/Kolkata", datetime(2026, 11, 18, 2, tzinfo=UTC), False),
        ("Europe/London", datetime(2026, 11, 21, 8, tzinfo=UTC), False),  # a Saturday
        ("Europe/London", datetime(2026, 12, 25, 8, tzinfo=UTC), False),
    ],
)
def test_the_morning_is_the_readers_own_on_a_working_day(
    data: str, zone: str, end: datetime, ordered: bool
) -> None:
    assert bool(mornings(end - HOUR, end, zone=zone)) is ordered


def test_a_day_of_hours_has_one_morning(data: str) -> None:
    midnight = datetime(2026, 11, 18, tzinfo=UTC)
    hours = [mornings(midnight + n * HOUR, midnight + (n + 1) * HOUR) for n in range(24)]
    assert [list(found) for found in hours if found] == [["2026-11-18"]]


def test_mornings_that_an_outage_has_left_out_are_one_letter(data: str) -> None:
    (order,) = mornings(MONDAY - 4 * DAY, MONDAY).values()
    assert (order.since, order.as_of) == (MONDAY - 4 * DAY, MONDAY)  # Friday and Monday; from Thursday on


def test_the_hour_that_is_worked_off_orders_the_letters_once(data: str) -> None:
    ada = account().id
    with transaction() as session:
        watermarks.begin(session, MONDAY - HOUR)
    for _ in range(2):
        mark_periods(AsOf(as_of=MONDAY))
    assert list(orders()) == [f"alert-digest/{ada}/2026-11-23"]


def judged_by(severity: str) -> None:
    """A tutor who missed two sessions is judged, by a book that calls this so severe."""
    texts = {
        name: text.replace(
            "alert: quality\n      severity: high", f"alert: quality\n      severity: {severity}"
        )
        for name, text in texts_of().items()
    }
    with transaction() as session:
        rulebook_publications.seed(session, texts, digest=digest_of(texts), author="7", at=MONDAY)
    _, tutor_id = a_tutor()
    posted([wire.a_session(tutor_id, start=NOON - n * DAY, transition="no_show") for n in (1, 2)])
    evaluated()


@pytest.mark.parametrize(("severity", "at_once"), [("critical", True), ("high", False)])
def test_what_is_critical_is_ordered_with_its_judgement_and_the_rest_waits_for_the_morning(
    data: str, severity: str, at_once: bool
) -> None:
    judged_by(severity)
    (alert,) = every(Alert)
    subject = f"alert/{alert.id}"
    assert orders() == (
        {f"alert-notice/{subject}/{NOON:%Y%m%dT%H%M%S}": AlertMailOrder(subjects=[subject], as_of=NOON)}
        if at_once
        else {}
    )


def test_a_letter_names_tutors_facts_and_links_and_leaves_by_the_one_door(
    data: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    account()
    alert = raised(at=MONDAY - HOUR, severity=CRITICAL)
    (wish,) = addressed(AlertMailOrder(subjects=[f"alert/{alert.id}"], as_of=MONDAY))
    door = LocalDoor(tmp_path_factory.mktemp("outbox"), Address("Mainstay", "tutoring@example.com"))
    assert sent(wish, door).state is LetterState.SENT
    letter = row(wish)
    assert letter.subject == "Critical: A tutor missed two or more sessions within a week"
    assert f"({alert.tutor_number})" in letter.text
    assert f"/people-ops/alerts/{alert.id}" in letter.text
    assert "No-shows in 7 days: 2 times." in letter.text
    assert letter.tutor_number is None
    assert sent(wish, door).state is LetterState.SENT  # asked again, it is the same letter
    assert row(wish).attempts == 1


def test_a_colleague_who_has_left_is_not_written_to(data: str) -> None:
    ada = account()
    alert = raised(severity=CRITICAL)
    with transaction() as session:
        accounts.deactivate(session, ada.email, at=datetime.now(UTC))
    assert addressed(AlertMailOrder(subjects=[f"alert/{alert.id}"], as_of=MONDAY)) == []
    assert addressed(AlertMailOrder(account=str(ada.id), as_of=MONDAY)) == []


def test_a_letter_fits_what_it_is_told(data: str) -> None:
    account()
    alert = raised(severity=CRITICAL)
    (wish,) = addressed(AlertMailOrder(subjects=[f"alert/{alert.id}"], as_of=MONDAY))
    content = content_of(wish)
    assert isinstance(content, AlertContent)
    with transaction() as session:
        (reader,) = composing.readers_of(session, wish)
    assert reader.name == "Ada Byron"
    assert every(Command) == []
