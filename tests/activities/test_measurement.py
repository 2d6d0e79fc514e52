"""Measuring: metrics, standing and status of a batch's tutors, in a fixed number of statements."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from activities.measurement import measure
from retention.messages.evaluation import Step, StepReport
from retention.records import batches, database, dirty_days
from retention.records.metrics import TutorMetrics
from retention.records.standings import Standing, TierDay
from retention.records.tutors import Spell, Tutor
from tests.factories import platform, wire

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def a_tutor(*, tenure: int = 90) -> tuple[int, str]:
    with database.transaction() as session:
        return platform.a_tutor(session, at=NOW - tenure * DAY, now=NOW)


def posted(*records: wire.Json, now: datetime = NOW) -> None:
    with database.transaction() as session:
        platform.known(session, records, now=now)


def measured(as_of: datetime = NOW) -> StepReport:
    """A batch is measured and let go."""
    with database.transaction() as session:
        batch = platform.claimed(session, as_of=as_of)
    report = measure(Step(batch_id=batch.batch_id, as_of=batch.as_of))
    with database.transaction() as session:
        batches.finish_batch(session, batch.batch_id, at=as_of)
    return report


def looked_at(number: int, as_of: datetime) -> None:
    """The tutor is looked at again, as a period's end would have it."""
    with database.transaction() as session:
        dirty_days.mark(session, [(number, as_of.date())], known_at=as_of)
    measured(as_of)


def window(number: int, days: int) -> TutorMetrics:
    with database.transaction() as session:
        return session.scalars(
            select(TutorMetrics).where(TutorMetrics.tutor_number == number, TutorMetrics.window_days == days)
        ).one()


def standing(number: int) -> Standing:
    with database.transaction() as session:
        return session.get_one(Standing, number)


def tutor(number: int) -> Tutor:
    with database.transaction() as session:
        return session.get_one(Tutor, number)


def test_windows_hold_the_days_that_they_name_and_no_more(data: str) -> None:
    number, tutor_id = a_tutor()
    for back in (0, 6, 7, 29, 30, 89):
        posted(wire.a_session(tutor_id, start=NOW - back * DAY - HOUR))
    measured()
    assert [window(number, days).sessions for days in (7, 30, 90)] == [2, 4, 6]


def test_shares_are_of_cases_and_unknown_without_any(data: str) -> None:
    number, tutor_id = a_tutor()
    first = wire.a_session(tutor_id, start=NOW - DAY, session_number=1)
    missed = wire.a_session(tutor_id, start=NOW - DAY, transition="no_show")
    moved = wire.a_session(tutor_id, start=NOW + DAY, transition="moved", event_time=(NOW - HOUR).isoformat())
    posted(first, missed, moved, wire.feedback_on(first, at=NOW - HOUR, rating=4))
    measured()
    week = window(number, 7)
    assert (week.no_show_pct, week.reschedule_pct, week.first_success_pct) == (50, 50, 100)
    assert (week.rating_avg, week.objectives_pct) == (4, 100)
    assert (week.training_pct, week.answer_p95_minutes, week.availability_hours) == (None, None, None)


def test_the_95th_percentile_of_answers_is_exact(data: str) -> None:
    number, tutor_id = a_tutor()
    for minutes in range(1, 21):
        at = NOW - DAY - minutes * HOUR
        posted(platform.an_act(tutor_id, "message_answered", at=at, response_minutes=minutes))
    measured()
    assert (window(number, 7).answer_p95_minutes, window(number, 7).answer_avg_minutes) == (19, 10.5)


@pytest.mark.parametrize(
    ("acts", "engagement"),
    [
        ([], 0),
        ([("login", {})] * 7, 100),  # nothing taught, nothing asked: logins alone decide
        (
            [("login", {})] * 3 + [("message_answered", {"response_minutes": 30})],
            100 * (0.4 * 3 / 7 + 0.3) / 0.7,
        ),
        ([("message_answered", {"response_minutes": 480})], 0),
        ([("message_answered", {"response_minutes": 120})], 100 * 0.3 * 0.5 / 0.7),
    ],
)
def test_engagement_is_made_of_logins_preparation_and_answers(
    data: str, acts: list[tuple[str, wire.Json]], engagement: float
) -> None:
    number, tutor_id = a_tutor()
    posted(*(platform.an_act(tutor_id, kind, at=NOW - HOUR, **details) for kind, details in acts))
    measured()
    assert window(number, 7).engagement_pct == pytest.approx(engagement)


def test_a_new_tutor_is_measured_by_the_days_there_have_been(data: str) -> None:
    number, tutor_id = a_tutor(tenure=1)
    posted(*(platform.an_act(tutor_id, "login", at=NOW - back * HOUR) for back in (1, 20)))
    measured()
    assert window(number, 30).engagement_pct == pytest.approx(100)  # two days, two logins


def test_the_standing_knows_ratings_last_dates_flags_and_trends(data: str) -> None:
    number, tutor_id = a_tutor()
    taught = [wire.a_session(tutor_id, start=NOW - back * DAY) for back in range(1, 7)]
    said = [wire.feedback_on(one, at=NOW - HOUR, rating=2) for one in taught]
    login = platform.an_act(tutor_id, "login", at=NOW - 2 * HOUR)
    posted(*taught, *said, login, wire.a_session(tutor_id, start=NOW - 8 * DAY))
    measured()
    now = standing(number)
    assert (now.rating_last_30, now.rated_last_30) == (2, 6)
    assert (now.last_session_at, now.last_login_at) == (NOW - DAY, NOW - 2 * HOUR)
    assert now.flags == ["rating_last_30", "engagement_pct"]
    assert (now.trends["sessions_7d"], now.trends["logins_7d"]) == (5, 1)
    assert now.tier_provisional == "at_risk"


def test_the_rating_is_of_the_last_thirty_only(data: str) -> None:
    number, tutor_id = a_tutor()
    taught = [wire.a_session(tutor_id, start=NOW - back * DAY) for back in range(1, 36)]
    posted(*taught)
    for place, one in enumerate(taught):
        posted(wire.feedback_on(one, at=NOW - (place + 1) * DAY + HOUR, rating=5 if place < 30 else 1))
    measured()
    assert (standing(number).rated_last_30, standing(number).rating_last_30) == (30, 5)


def test_each_day_keeps_its_provisional_tier(data: str) -> None:
    number, tutor_id = a_tutor()
    posted(wire.a_session(tutor_id, start=NOW - HOUR))
    measured()
    looked_at(number, NOW + DAY)
    with database.transaction() as session:
        days = list(session.scalars(select(TierDay).order_by(TierDay.day)))
    assert [(one.day, one.tier) for one in days] == [
        (NOW.date(), "developing"),
        ((NOW + DAY).date(), "developing"),
    ]


def others_teach(at: datetime) -> None:
    """Somebody else has taught each day until now: the platform is not silent."""
    _, colleague = a_tutor()
    posted(*platform.taught_daily(colleague, first=at - 20 * DAY - 2 * HOUR, days=21), now=at)


def test_while_the_platform_is_silent_nobody_is_declared_gone(data: str) -> None:
    number, tutor_id = a_tutor()
    posted(wire.a_session(tutor_id, start=NOW - HOUR))
    looked_at(number, NOW + 20 * DAY)
    assert tutor(number).status == "active"
    others_teach(NOW + 20 * DAY)
    measured(NOW + 20 * DAY)
    looked_at(number, NOW + 20 * DAY)
    assert tutor(number).status == "churned"


def test_days_on_which_nobody_was_heard_of_do_not_count_once_the_platform_speaks_again(data: str) -> None:
    number, tutor_id = a_tutor()
    _, colleague = a_tutor()
    posted(wire.a_session(tutor_id, start=NOW - HOUR))
    again = NOW + 20 * DAY
    posted(wire.a_session(colleague, start=again - 2 * HOUR), now=again)
    measured(again)
    looked_at(number, again)
    assert tutor(number).status == "active"


def test_an_idle_tutor_is_declared_gone_and_comes_back(data: str) -> None:
    number, tutor_id = a_tutor()
    posted(wire.a_session(tutor_id, start=NOW - HOUR))
    measured()
    assert tutor(number).status == "active"
    midnight = NOW.replace(hour=0) + 16 * DAY
    others_teach(midnight - HOUR)
    looked_at(number, midnight - HOUR)
    assert tutor(number).status == "active"
    looked_at(number, midnight)
    assert (tutor(number).status, tutor(number).status_since) == ("churned", midnight)
    back = midnight + 3 * DAY
    posted(wire.a_session(tutor_id, start=back - HOUR), now=back)
    measured(back)
    assert (tutor(number).status, tutor(number).status_since) == ("active", back.replace(hour=0) - DAY)
    with database.transaction() as session:
        of_the_tutor = select(Spell).where(Spell.tutor_number == number)
        spells = list(session.scalars(of_the_tutor.order_by(Spell.started_at)))
    assert [(spell.ended_at, spell.reason) for spell in spells] == [(midnight, "inactivity"), (None, None)]


def test_leave_is_seen_at_once_and_ends_by_its_plan(data: str) -> None:
    number, tutor_id = a_tutor()
    until = (NOW + DAY).isoformat()
    posted(platform.an_act(tutor_id, "leave_started", at=NOW - HOUR, until=until))
    measured()
    assert tutor(number).status == "on_leave"
    looked_at(number, NOW + DAY)
    assert tutor(number).status == "active"


def test_a_resignation_counts_when_it_takes_effect(data: str) -> None:
    number, tutor_id = a_tutor()
    last_day = NOW + DAY
    posted(
        wire.a_session(tutor_id, start=NOW - 2 * HOUR),
        platform.an_act(tutor_id, "resignation_notice", at=NOW - HOUR, effective_on=last_day.isoformat()),
    )
    measured()
    assert tutor(number).status == "active"
    looked_at(number, last_day)
    assert (tutor(number).status, tutor(number).status_since) == ("churned", last_day)


def test_the_number_of_statements_does_not_grow_with_the_tutors(data: str, queries: list[str]) -> None:
    counts = []
    for tutors in (1, 8):
        for _ in range(tutors):
            _, tutor_id = a_tutor()
            posted(wire.a_session(tutor_id, start=NOW - HOUR))
        queries.clear()
        assert measured().tutors == tutors
        counts.append(len(queries))
    assert counts[0] == counts[1]
