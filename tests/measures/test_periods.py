"""Periods: which are over, which are due, and the day that an instant belongs to."""

from datetime import UTC, date, datetime, timedelta

import pytest

from retention.measures.periods import begun_by, complete_until, due, measured_day
from retention.vocabulary import Cadence

MIDNIGHT = datetime(2026, 11, 18, tzinfo=UTC)  # a Wednesday
INSTANT = timedelta(microseconds=1)
DONE = dict.fromkeys(Cadence, MIDNIGHT)


@pytest.mark.parametrize(
    ("as_of", "day"),
    [
        (MIDNIGHT, date(2026, 11, 17)),
        (MIDNIGHT + INSTANT, date(2026, 11, 18)),
        (MIDNIGHT + timedelta(hours=23, minutes=59), date(2026, 11, 18)),
    ],
)
def test_metrics_at_midnight_end_with_the_day_just_over(as_of: datetime, day: date) -> None:
    assert measured_day(as_of) == day


@pytest.mark.parametrize(("as_of", "day"), [(MIDNIGHT - INSTANT, 16), (MIDNIGHT, 17)])
def test_a_day_is_complete_when_it_is_over(as_of: datetime, day: int) -> None:
    assert complete_until(as_of) == date(2026, 11, day)


@pytest.mark.parametrize(
    ("cadence", "start"),
    [
        (Cadence.QUARTER_HOUR, datetime(2026, 11, 18, 10, 30, tzinfo=UTC)),
        (Cadence.HOURLY, datetime(2026, 11, 18, 10, tzinfo=UTC)),
        (Cadence.DAILY, MIDNIGHT),
        (Cadence.WEEKLY, datetime(2026, 11, 16, tzinfo=UTC)),
        (Cadence.MONTHLY, datetime(2026, 11, 1, tzinfo=UTC)),
    ],
)
def test_each_cadence_begins_its_period_where_people_expect_it(cadence: Cadence, start: datetime) -> None:
    assert begun_by(cadence, datetime(2026, 11, 18, 10, 44, 59, tzinfo=UTC)) == start


@pytest.mark.parametrize(
    ("as_of", "cadences"),
    [
        (MIDNIGHT + timedelta(minutes=14, seconds=59), []),
        (MIDNIGHT + timedelta(minutes=15), [Cadence.QUARTER_HOUR]),
        (MIDNIGHT + timedelta(hours=1), [Cadence.QUARTER_HOUR, Cadence.HOURLY]),
        (MIDNIGHT + timedelta(days=1), [Cadence.QUARTER_HOUR, Cadence.HOURLY, Cadence.DAILY]),
    ],
)
def test_a_period_is_due_when_it_has_ended(as_of: datetime, cadences: list[Cadence]) -> None:
    assert [period.cadence for period in due(DONE, as_of)] == cadences


def test_after_an_outage_each_day_is_done_and_shorter_periods_once() -> None:
    missed = due(DONE, MIDNIGHT + timedelta(days=3, hours=2, minutes=20))
    days = [period.end for period in missed if period.cadence is Cadence.DAILY]
    quarters = [period for period in missed if period.cadence is Cadence.QUARTER_HOUR]
    assert days == [MIDNIGHT + timedelta(days=day) for day in (1, 2, 3)]
    assert [(one.start, one.end) for one in quarters] == [
        (MIDNIGHT, MIDNIGHT + timedelta(days=3, hours=2, minutes=15))
    ]
    assert [period.end for period in missed] == sorted(period.end for period in missed)


def test_a_month_is_reviewed_after_its_last_day() -> None:
    done = {cadence: begun_by(cadence, datetime(2026, 11, 30, 12, tzinfo=UTC)) for cadence in Cadence}
    ended = due(done, datetime(2026, 12, 1, 0, 5, tzinfo=UTC))
    assert [period.cadence for period in ended][-2:] == [Cadence.DAILY, Cadence.MONTHLY]
    assert ended[-1].end == datetime(2026, 12, 1, tzinfo=UTC)
