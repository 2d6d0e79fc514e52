"""Days rolled up from raw rows: exact, whatever the order in which facts become known."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import delete, select, text

from retention.records import batches, dirty_days, rollup
from retention.records.database import Session
from retention.records.tutor_days import TutorDay
from tests.factories import platform, wire

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
FIRST = NOW - 9 * DAY
FACTS = [column.name for column in TutorDay.__table__.columns if column.name not in {"tutor_number", "day"}]


def rolled_up(session: Session) -> int:
    """Everybody's marks are worked off; returns the days written."""
    batch = platform.claimed(session, as_of=NOW)
    written = rollup.reroll(session, batch.batch_id, as_of=NOW)
    batches.finish_batch(session, batch.batch_id, at=NOW)
    return written


def a_tutor(session: Session) -> tuple[int, str]:
    return platform.a_tutor(session, at=FIRST - 30 * DAY, now=NOW)


def days_of(session: Session, number: int) -> dict[Any, dict[str, Any]]:
    """A tutor's days that hold anything, floats rounded."""
    rows = session.execute(select(TutorDay.__table__).where(TutorDay.tutor_number == number)).mappings()
    found = {row["day"]: {name: _plain(row[name]) for name in FACTS} for row in rows}
    return {day: facts for day, facts in found.items() if any(facts.values())}


def _plain(value: Any) -> Any:
    return round(value, 6) if isinstance(value, float) else value


def one_day(session: Session, records: Sequence[wire.Json], number: int) -> Mapping[str, Any]:
    platform.known(session, records, now=NOW)
    rolled_up(session)
    return days_of(session, number)[(NOW - DAY).date()]


def test_a_day_counts_what_was_due_and_what_came_of_it(session: Session) -> None:
    number, tutor_id = a_tutor(session)
    start = NOW - DAY
    cancelled = {"transition": "cancelled", "initiated_by": "tutor"}
    in_time = {"event_time": (start - 25 * HOUR).isoformat()}
    at_short_notice = {"event_time": (start - 23 * HOUR).isoformat()}
    by_student = {"transition": "no_show", "initiated_by": "student"}
    late: wire.Json = {"actual_start": (start + timedelta(minutes=11)).isoformat(), "technical_issues": True}
    day = one_day(
        session,
        [
            wire.a_session(tutor_id, start=start),
            wire.a_session(tutor_id, start=start, subject="Physics", learning_objectives_met=False, **late),
            wire.a_session(tutor_id, start=start, transition="no_show"),
            wire.a_session(tutor_id, start=start, **by_student),
            wire.a_session(tutor_id, start=start, **cancelled, **in_time),
            wire.a_session(tutor_id, start=start, **cancelled, **at_short_notice),
        ],
        number,
    )
    counted = ("booked", "completed", "minutes", "tutor_no_shows", "student_no_shows", "tutor_cancels")
    assert [day[name] for name in counted] == [5, 2, 120, 1, 1, 2]
    quality = ("late_starts", "objectives_known", "objectives_met", "technical_issues", "engagement_sum")
    assert [day[name] for name in quality] == [1, 2, 1, 1, 1.6]
    assert day["subjects"] == ["Mathematics", "Physics"]


@pytest.mark.parametrize(
    ("session_changes", "words", "poor"),
    [
        ({}, {"rating": 3}, 0),
        ({}, {"rating": 2}, 1),
        ({}, {"rating": 5, "first_experience": "poor"}, 1),
        ({}, {"rating": 5, "would_work_again": "maybe"}, 0),
        ({}, {"rating": 5, "would_work_again": "probably_not"}, 1),
        ({"actual_start": (NOW - DAY + timedelta(minutes=10)).isoformat()}, {}, 0),
        ({"actual_start": (NOW - DAY + timedelta(minutes=11)).isoformat()}, {}, 1),
        ({"session_number": 2}, {"rating": 1}, 0),
    ],
)
def test_a_first_session_is_poor_as_rule_r1_sees_it(
    session: Session, session_changes: wire.Json, words: wire.Json, poor: int
) -> None:
    number, tutor_id = a_tutor(session)
    changes: wire.Json = {"session_number": 1} | session_changes
    first = wire.a_session(tutor_id, start=NOW - DAY, **changes)
    said = [wire.feedback_on(first, at=NOW - DAY + 2 * HOUR, **words)] if words else []
    assert one_day(session, [first, *said], number)["first_poor"] == poor


def test_feedback_of_a_later_day_changes_the_day_of_the_session_too(session: Session) -> None:
    number, tutor_id = a_tutor(session)
    first = wire.a_session(tutor_id, start=NOW - DAY, session_number=1)
    assert one_day(session, [first], number)["first_poor"] == 0
    platform.known(session, [wire.feedback_on(first, at=NOW - HOUR, rating=1)], now=NOW)
    rolled_up(session)
    days = days_of(session, number)
    assert days[(NOW - DAY).date()]["first_poor"] == 1
    assert (days[NOW.date()]["first_failed"], days[NOW.date()]["rating_sum"]) == (1, 1)


def test_a_leave_covers_every_day_until_it_ends(session: Session) -> None:
    number, tutor_id = a_tutor(session)
    platform.known(session, [platform.an_act(tutor_id, "leave_started", at=NOW - 5 * DAY)], now=NOW)
    rolled_up(session)
    assert sum(day["on_leave"] for day in days_of(session, number).values()) == 6
    platform.known(session, [platform.an_act(tutor_id, "leave_ended", at=NOW - 2 * DAY)], now=NOW)
    rolled_up(session)
    away = {day for day, facts in days_of(session, number).items() if facts["on_leave"]}
    assert away == {(NOW - back * DAY).date() for back in (5, 4, 3, 2)}


def test_a_moved_session_leaves_its_old_day(session: Session) -> None:
    number, tutor_id = a_tutor(session)
    taught = wire.a_session(tutor_id, start=NOW - 3 * DAY)
    platform.known(session, [taught], now=NOW)
    rolled_up(session)
    later = taught | {
        "event_id": wire.new_id("event"),
        "scheduled_start": (NOW - DAY).isoformat(),
        "actual_start": (NOW - DAY).isoformat(),
        "event_time": (NOW - DAY + HOUR).isoformat(),
    }
    platform.known(session, [later], now=NOW)
    rolled_up(session)
    assert [day for day, facts in days_of(session, number).items() if facts["completed"]] == [
        (NOW - DAY).date()
    ]


MOMENTS = st.integers(0, 9 * 24 - 3).map(lambda hours: FIRST + hours * HOUR)
ACTS = st.sampled_from(
    [
        ("login", {"preparation_minutes": 7.25}),
        ("message_answered", {"response_minutes": 33.3}),
        ("availability_changed", {"hours_per_week": 12.5}),
        ("training_assigned", {"module": "patience"}),
        ("training_completed", {"module": "patience"}),
        ("leave_started", {}),
        ("leave_ended", {}),
    ]
)
SESSIONS = st.tuples(MOMENTS, st.sampled_from(["completed", "no_show", "cancelled", "moved"]), st.booleans())
STORIES = st.tuples(
    st.lists(st.tuples(SESSIONS, st.none() | st.integers(1, 5)), max_size=4),
    st.lists(st.tuples(MOMENTS, ACTS), max_size=4),
)


def told(tutor_id: str, story: Any) -> list[wire.Json]:
    """A story as records of one tutor, in the order in which it happened."""
    sessions, acts = story
    records = [
        platform.an_act(tutor_id, kind, at=at + place * timedelta(seconds=1), **details)
        for place, (at, (kind, details)) in enumerate(acts)
    ]
    for (start, transition, first), rating in sessions:
        number = 1 if first else 4
        session = wire.a_session(tutor_id, start=start, transition=transition, session_number=number)
        records.append(session)
        if rating is not None:
            records.append(wire.feedback_on(session, at=start + 2 * HOUR, rating=rating))
    return sorted(records, key=lambda record: str(record["event_time"]))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=STORIES, data=st.data())
def test_late_and_unordered_facts_give_the_same_days_as_a_rebuild(
    session: Session, story: Any, data: st.DataObject
) -> None:
    orderly, orderly_id = a_tutor(session)
    unruly, unruly_id = a_tutor(session)
    platform.known(session, told(orderly_id, story), now=NOW)
    rolled_up(session)
    for record in data.draw(st.permutations(told(unruly_id, story))):
        platform.known(session, [record], now=NOW)
        rolled_up(session)
    assert days_of(session, unruly) == days_of(session, orderly)

    incremental = days_of(session, unruly)
    session.execute(delete(TutorDay).where(TutorDay.tutor_number == unruly))
    everything = [(unruly, (NOW - back * DAY).date()) for back in range(41)]
    dirty_days.mark(session, everything, known_at=NOW)
    rolled_up(session)
    assert days_of(session, unruly) == incremental


def _cost_of_reroll(session: Session, batch_id: str) -> float:
    rows = session.execute(
        text("EXPLAIN (FORMAT JSON) " + rollup.REROLL), rollup.wanted(batch_id, as_of=NOW)
    ).scalar_one()
    return float(rows[0]["Plan"]["Total Cost"])


def test_four_times_the_work_costs_no_more_than_five_times(session: Session) -> None:
    costs = []
    for tutors in (10, 30):  # the second time there are 40
        posted: list[wire.Json] = []
        for tutor_id in (a_tutor(session)[1] for _ in range(tutors)):
            posted += platform.taught_daily(tutor_id, first=FIRST, days=8)
        platform.known(session, posted, now=NOW)
        for table in ("sessions", "session_events", "feedback", "behaviour_events", "dirty_days"):
            session.execute(text(f"ANALYZE {table}"))
        session.execute(text("UPDATE dirty_days SET batch_id = NULL"))
        session.execute(text("DELETE FROM evaluation_batches"))
        batch = platform.claimed(session, as_of=NOW)
        session.execute(text("ANALYZE dirty_days"))
        costs.append(_cost_of_reroll(session, batch.batch_id))
    assert costs[1] <= 5 * costs[0]
