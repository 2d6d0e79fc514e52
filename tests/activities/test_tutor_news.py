"""What open cases hear of their tutor, from posted records and from measuring, in the same transaction."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from activities.measurement import measure
from retention.messages.cases import StartCase
from retention.messages.evaluation import Step
from retention.records import batches, database, dirty_days
from retention.records.cases import Case
from retention.records.commands import Command
from retention.vocabulary import CaseState, Outcome, TaskKind
from tests.factories import platform, wire
from tests.factories.cases import an_opened_case
from tests.testbed.casework import tutor_of

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday; London is on UTC
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def a_case(kind: TaskKind = TaskKind.NO_SHOW_CHECK) -> StartCase:
    with database.transaction() as session:
        return an_opened_case(session, at=NOW - DAY, kind=kind)


def posted(*records: wire.Json, now: datetime = NOW) -> None:
    with database.transaction() as session:
        platform.known(session, records, now=now)


def looked_at(case: StartCase, as_of: datetime) -> None:
    with database.transaction() as session:
        dirty_days.mark(session, [(case.tutor_number, as_of.date())], known_at=as_of)
        batch = platform.claimed(session, as_of=as_of)
    measure(Step(batch_id=batch.batch_id, as_of=batch.as_of))
    with database.transaction() as session:
        batches.finish_batch(session, batch.batch_id, at=as_of)


def told(case: StartCase) -> list[tuple[str, dict[str, Any]]]:
    """What the case is told, in order: each signal with its message."""
    with database.transaction() as session:
        mine = select(Command).where(Command.target == case.case_id).order_by(Command.seq)
        return [
            (
                one.name,
                {
                    name: value
                    for name, value in one.payload.items()
                    if name not in {"command_id", "leave_id", "until"}
                },
            )
            for one in session.scalars(mine)
        ]


def names(case: StartCase) -> list[str]:
    return [name for name, _ in told(case)]


def away(case: StartCase, at: datetime, **details: str) -> wire.Json:
    return platform.an_act(tutor_of(case), "leave_started", at=at, **details)


def back(case: StartCase, at: datetime) -> wire.Json:
    return platform.an_act(tutor_of(case), "leave_ended", at=at)


def notice(case: StartCase, effective_on: datetime) -> wire.Json:
    told_at, last_day = NOW - HOUR, effective_on.isoformat()
    return platform.an_act(tutor_of(case), "resignation_notice", at=told_at, effective_on=last_day)


def instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def test_every_open_case_hears_once_that_its_tutor_has_resigned(data: str) -> None:
    case, another = a_case(), a_case()
    posted(notice(case, NOW + DAY))
    looked_at(case, NOW)
    assert told(case) == []  # the notice runs
    for again in (0, 1, 2):
        looked_at(case, NOW + DAY + again * HOUR)
    assert told(case) == [("tutor_left", {"at": instant(NOW + DAY), "reason": "resignation"})]
    assert told(another) == []


def test_a_case_that_is_closed_hears_nothing_and_one_that_follows_up_does(data: str) -> None:
    closed, following = a_case(), a_case(TaskKind.FIRST_SESSION_REVIEW)
    for case, state in ((closed, CaseState.CLOSED), (following, CaseState.FOLLOWING_UP)):
        with database.transaction() as session:
            session.execute(
                update(Case)
                .where(Case.case_id == case.case_id)
                .values(state=state, outcome=Outcome.COACHED_TUTOR)
            )
        posted(notice(case, NOW))
        looked_at(case, NOW)
    assert (names(closed), names(following)) == ([], ["tutor_left"])


def test_who_has_not_taught_for_fifteen_days_is_gone_for_the_open_case_too(data: str) -> None:
    case = a_case()
    midnight = NOW.replace(hour=0) + 15 * DAY
    with database.transaction() as session:
        _, colleague = platform.a_tutor(session, at=NOW - 30 * DAY, now=NOW)
    posted(wire.a_session(tutor_of(case), start=NOW - DAY))
    daily = platform.taught_daily(colleague, first=midnight - 16 * DAY - 3 * HOUR, days=16)
    posted(*daily, now=midnight)  # the platform is not silent
    looked_at(case, midnight - HOUR)
    assert told(case) == []
    looked_at(case, midnight)
    assert told(case) == [("tutor_left", {"at": instant(midnight), "reason": "inactivity"})]


def test_a_leave_stops_clocks_and_its_end_starts_them_after_three_business_days(data: str) -> None:
    case = a_case()
    posted(away(case, NOW - HOUR))
    assert told(case) == [("leave_started", {"at": instant(NOW - HOUR)})]
    thursday = NOW + DAY
    posted(back(case, thursday), now=thursday)
    ramp_up_over = datetime(2026, 11, 24, 12, tzinfo=UTC)  # Thursday 12:00 + 3 business days
    assert told(case)[1:] == [
        ("leave_ended", {"at": instant(thursday), "clocks_resume_at": instant(ramp_up_over)})
    ]
    looked_at(case, thursday + HOUR)
    assert len(told(case)) == 2


def test_a_planned_end_ends_a_leave_when_it_comes(data: str) -> None:
    case, until = a_case(), NOW + DAY
    posted(away(case, NOW - HOUR, until=until.isoformat()))
    looked_at(case, until - HOUR)
    assert names(case) == ["leave_started"]
    looked_at(case, until + HOUR)
    assert told(case)[1][1]["at"] == instant(until)  # its end, and not when that was seen
    posted(back(case, until + 2 * HOUR), now=until + 2 * HOUR)  # the platform says so once more
    assert names(case) == ["leave_started", "leave_ended"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_leave_imported_late_is_told_whole_in_whatever_order_it_comes(
    data: str, order: tuple[int, int]
) -> None:
    case = a_case()
    late = [away(case, NOW - 20 * HOUR), back(case, NOW - 2 * HOUR)]
    for place in order:
        posted(late[place])
    assert [(name, said["at"]) for name, said in told(case)] == [
        ("leave_started", instant(NOW - 20 * HOUR)),
        ("leave_ended", instant(NOW - 2 * HOUR)),
    ]


def test_a_leave_that_was_over_before_its_import_is_told_with_its_end(data: str) -> None:
    case = a_case()
    posted(away(case, NOW - 20 * HOUR, until=(NOW - 2 * HOUR).isoformat()))
    assert names(case) == ["leave_started", "leave_ended"]


def test_a_leave_that_is_prolonged_ends_once(data: str) -> None:
    case = a_case()
    posted(away(case, NOW - 3 * HOUR, until=(NOW + DAY).isoformat()))
    posted(away(case, NOW - HOUR, until=(NOW + 5 * DAY).isoformat()))
    looked_at(case, NOW + 2 * DAY)
    assert names(case) == ["leave_started", "leave_started"]
    looked_at(case, NOW + 5 * DAY)
    assert names(case) == ["leave_started", "leave_started", "leave_ended"]


def test_a_leave_before_the_case_is_no_news_of_it(data: str) -> None:
    case = a_case()
    posted(away(case, NOW - 10 * DAY), back(case, NOW - 5 * DAY))
    assert told(case) == []


def test_a_leave_that_went_over_into_another_before_the_case_is_no_news_of_it(data: str) -> None:
    case = a_case()
    posted(away(case, NOW - 40 * DAY, until=(NOW - 30 * DAY).isoformat()))
    posted(away(case, NOW - 35 * DAY, until=(NOW - 20 * DAY).isoformat()))
    looked_at(case, NOW)
    assert told(case) == []


def leaves_of(case: StartCase) -> list[tuple[str, str, str | None]]:
    with database.transaction() as session:
        mine = select(Command).where(Command.target == case.case_id).order_by(Command.seq)
        said = [(one.name, one.payload) for one in session.scalars(mine)]
    return [(name, payload["leave_id"], payload.get("until")) for name, payload in said]


def test_a_leave_that_is_prolonged_stays_the_same_leave_with_a_later_end(data: str) -> None:
    case = a_case()
    ends, later = NOW + DAY, NOW + 5 * DAY
    posted(away(case, NOW - 3 * HOUR, until=ends.isoformat()))
    posted(away(case, NOW - HOUR, until=later.isoformat()))
    looked_at(case, later)
    names_and_ends = [(name, until) for name, _, until in leaves_of(case)]
    assert names_and_ends == [
        ("leave_started", instant(ends)),
        ("leave_started", instant(later)),
        ("leave_ended", None),
    ]
    assert len({leave_id for _, leave_id, _ in leaves_of(case)}) == 1


def test_two_leaves_with_days_between_are_two(data: str) -> None:
    case = a_case()
    posted(away(case, NOW - 20 * HOUR, until=(NOW - 10 * HOUR).isoformat()))
    posted(away(case, NOW - HOUR))
    looked_at(case, NOW)
    assert [name for name, _, _ in leaves_of(case)] == ["leave_started", "leave_ended", "leave_started"]
    assert len({leave_id for _, leave_id, _ in leaves_of(case)}) == 2
