"""Batches and watermarks: every mark is worked off once, every period is done once."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from retention.records import batches, dirty_days, watermarks
from retention.records.database import Session, engine
from retention.records.dirty_days import DirtyDay
from retention.records.moments import Moment
from retention.records.standings import Standing, TierDay
from retention.records.world import Watermark
from retention.vocabulary import Cadence
from tests.factories import platform, wire

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def a_tutor(session: Session) -> tuple[int, str]:
    return platform.a_tutor(session, at=NOW - 90 * DAY, now=NOW - DAY)


def unclaimed(session: Session) -> int:
    query = select(func.count()).select_from(DirtyDay).where(DirtyDay.batch_id.is_(None))
    return session.scalars(query).one()


def worked_off(session: Session, as_of: datetime) -> None:
    while (batch := batches.claim_batch(session, as_of, limit=100)).tutors:
        batches.finish_batch(session, batch.batch_id, at=as_of)


def test_a_batch_takes_all_marks_and_moments_of_its_tutors(session: Session) -> None:
    _, tutor_id = a_tutor(session)
    platform.known(session, platform.taught_daily(tutor_id, first=NOW - 5 * DAY, days=3), now=NOW)
    batch = batches.claim_batch(session, NOW, limit=10)
    claimed = session.scalars(select(Moment.batch_id)).all()
    assert (batch.tutors, unclaimed(session), [str(one) for one in claimed]) == (1, 0, [batch.batch_id] * 3)


def test_the_longest_waiting_come_first_and_no_more_than_the_limit(session: Session) -> None:
    numbers = [a_tutor(session)[0] for _ in range(3)]
    batch = batches.claim_batch(session, NOW, limit=2)
    taken = set(session.scalars(select(DirtyDay.tutor_number).where(DirtyDay.batch_id.is_not(None))))
    assert (batch.tutors, taken) == (2, set(numbers[:2]))


def test_an_unfinished_batch_comes_again_with_its_own_instant(session: Session) -> None:
    a_tutor(session)
    batch = batches.claim_batch(session, NOW, limit=10)
    a_tutor(session)
    assert batches.claim_batch(session, NOW + DAY, limit=10) == batch
    batches.finish_batch(session, batch.batch_id, at=NOW)
    assert batches.claim_batch(session, NOW + DAY, limit=10).as_of == NOW + DAY


def test_what_becomes_known_meanwhile_waits_for_the_next_batch(session: Session) -> None:
    number, tutor_id = a_tutor(session)
    batch = batches.claim_batch(session, NOW, limit=10)
    platform.known(session, [wire.a_session(tutor_id, start=NOW - 3 * DAY)], now=NOW)
    batches.finish_batch(session, batch.batch_id, at=NOW)
    assert batches.anything_waits(session, NOW)
    assert session.scalars(select(DirtyDay.tutor_number)).unique().all() == [number]


def test_what_was_not_known_by_then_is_not_taken(session: Session) -> None:
    a_tutor(session)
    worked_off(session, NOW)
    number, _ = a_tutor(session)
    dirty_days.mark(session, [(number, NOW.date())], known_at=NOW + MINUTE)
    worked_off(session, NOW)
    assert batches.claim_batch(session, NOW, limit=10).tutors == 0
    assert not batches.anything_waits(session, NOW)
    assert batches.claim_batch(session, NOW + MINUTE, limit=10).tutors == 1


def test_two_claimers_never_hold_the_same_tutor(data: str) -> None:
    with Session(engine()) as first, Session(engine()) as second:
        a_tutor(first)
        first.commit()
        mine = batches.claim_batch(first, NOW, limit=10)
        first.commit()
        assert batches.claim_batch(second, NOW, limit=10).batch_id == mine.batch_id


def test_an_empty_claim_leaves_nothing_to_finish(session: Session) -> None:
    batch = batches.claim_batch(session, NOW, limit=10)
    assert batch.tutors == 0
    assert not batches.still_open(session, batch.batch_id)


def test_a_period_marks_everybody_once_and_tells_the_rules(session: Session) -> None:
    for _ in range(2):
        a_tutor(session)
    worked_off(session, NOW)
    watermarks.begin(session, NOW)
    due = watermarks.next_periods(session, NOW + 61 * MINUTE)
    assert [period.cadence for period in due] == [Cadence.QUARTER_HOUR, Cadence.HOURLY]
    assert watermarks.mark_periods(session, due) == 2
    assert watermarks.mark_periods(session, due) == 0
    assert (unclaimed(session), session.scalars(select(Moment.trigger)).all()) == (2, ["hourly"] * 2)
    assert watermarks.due_periods(session, NOW + 61 * MINUTE) == []


def test_marks_of_a_period_wait_for_its_end_even_when_nobody_heard_of_them(session: Session) -> None:
    a_tutor(session)
    worked_off(session, NOW)
    watermarks.begin(session, NOW)
    hour = NOW + 61 * MINUTE
    period_end = watermarks.next_periods(session, hour)[0].end
    assert watermarks.undrained(session) is None
    watermarks.mark_periods(session, watermarks.next_periods(session, hour))
    assert watermarks.undrained(session) == period_end
    worked_off(session, period_end)
    assert watermarks.undrained(session) is None


def test_a_world_begins_once(session: Session) -> None:
    watermarks.begin(session, NOW)
    watermarks.begin(session, NOW + DAY)
    marks = {mark.cadence: mark.done_until for mark in session.scalars(select(Watermark))}
    assert marks[Cadence.DAILY] == NOW.replace(hour=0)
    assert set(marks) == set(Cadence)


def test_a_monthly_review_makes_the_last_provisional_tier_official(session: Session) -> None:
    number, _ = a_tutor(session)
    month_end = datetime(2026, 12, 1, tzinfo=UTC)
    session.add(Standing(tutor_number=number, as_of=NOW, flags=[], trends={}, tier_provisional="strong"))
    session.add(TierDay(tutor_number=number, day=NOW.date(), tier="strong"))
    session.flush()
    watermarks.begin(session, month_end - MINUTE)
    for at in (month_end, month_end):
        watermarks.mark_periods(session, watermarks.next_periods(session, at))
    session.expire_all()
    standing = session.get_one(Standing, number)
    assert (standing.tier_official, standing.tier_official_since) == ("strong", month_end.date())
    assert session.get_one(TierDay, (number, NOW.date())).official
