"""Periods of the cadences: when they end, which are due, which UTC day an instant belongs to."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from retention.messages.evaluation import Period
from retention.vocabulary import Cadence

QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ORDER = tuple(Cadence)  # shortest first
MERGED = {Cadence.QUARTER_HOUR: QUARTER, Cadence.HOURLY: HOUR}  # of several due ones only the last matters


def day_of(at: datetime) -> date:
    """The UTC day of an instant."""
    return at.astimezone(UTC).date()


def measured_day(as_of: datetime) -> date:
    """The UTC day that metrics as of an instant end with: at midnight it is the day just over."""
    return day_of(as_of - timedelta(microseconds=1))


def complete_until(as_of: datetime) -> date:
    """The last UTC day that is over by an instant."""
    return day_of(as_of) - DAY


def start_of(day: date) -> datetime:
    """Midnight UTC at which a day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def begun_by(cadence: Cadence, at: datetime) -> datetime:
    """The start of the cadence's period that an instant falls into."""
    at = at.astimezone(UTC)
    if cadence in MERGED:
        midnight = start_of(at.date())
        return midnight + (at - midnight) // MERGED[cadence] * MERGED[cadence]
    if cadence is Cadence.WEEKLY:
        return start_of(at.date() - timedelta(days=at.weekday()))
    if cadence is Cadence.MONTHLY:
        return start_of(at.date().replace(day=1))
    return start_of(at.date())


def end_of(cadence: Cadence, start: datetime) -> datetime:
    """When the cadence's period that begins at `start` is over."""
    if cadence in MERGED:
        return start + MERGED[cadence]
    if cadence is Cadence.WEEKLY:
        return start + 7 * DAY
    if cadence is Cadence.MONTHLY:
        return begun_by(Cadence.MONTHLY, start + 31 * DAY)
    return start + DAY


def due(done_until: Mapping[Cadence, datetime], as_of: datetime) -> list[Period]:
    """Periods over by `as_of` and not done: each day, week and month; of shorter ones the last, merged.

    Ordered by end, so that a month's review comes with the last of its days.
    """
    found = [period for cadence, done in done_until.items() for period in _due(cadence, done, as_of)]
    return sorted(found, key=lambda period: (period.end, ORDER.index(period.cadence)))


def _due(cadence: Cadence, done: datetime, as_of: datetime) -> list[Period]:
    until = begun_by(cadence, as_of)
    if cadence in MERGED:
        return [Period(cadence=cadence, start=done, end=until)] if until > done else []
    found = []
    while (end := end_of(cadence, done)) <= until:
        found.append(Period(cadence=cadence, start=done, end=end))
        done = end
    return found
