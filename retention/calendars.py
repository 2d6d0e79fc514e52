"""The office's calendar: when people work, so that deadlines fall into their hours.

Two clocks (design 3, H1): the office clock runs 9-17 on working days; the weekday clock runs around
the clock on working days and stands on weekends and holidays. Answers are UTC instants.
Computed in activities only: a workflow gets instants, and keeps them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from retention import policy
from retention.vocabulary import SlaClockKind

DAY = timedelta(days=1)
MIDNIGHT = time()


@dataclass(frozen=True)
class Calendar:
    """An office: its zone, its hours and its holidays."""

    zone: str
    opens: int  # o'clock
    closes: int
    country: str
    extra_holidays: frozenset[date] = field(default_factory=frozenset)

    @property
    def words(self) -> str:
        """The calendar as a deadline's footnote says it."""
        return f"Mon-Fri {self.opens}-{self.closes}, {self.zone}, holidays of {self.country}"


@lru_cache
def office() -> Calendar:
    """The people-ops office (policy)."""
    return Calendar(
        policy.BUSINESS_ZONE,
        policy.BUSINESS_OPENS,
        policy.BUSINESS_CLOSES,
        policy.BUSINESS_COUNTRY,
        frozenset(policy.BUSINESS_EXTRA_HOLIDAYS),
    )


def works(calendar: Calendar, day: date) -> bool:
    """Whether the office works on a day."""
    if day.weekday() >= 5 or day in calendar.extra_holidays:
        return False
    return day not in _public(calendar.country, day.year)


def works_at(calendar: Calendar, at: datetime) -> bool:
    """Whether the office works on the day of an instant, whatever the hour."""
    return works(calendar, at.astimezone(ZoneInfo(calendar.zone)).date())


def working_day(calendar: Calendar, at: datetime) -> date:
    """The working day of an instant; of a day off the next one, which takes on what comes up until then."""
    return next(_working_days(calendar, at))


def day_begins(calendar: Calendar, day: date) -> datetime:
    """When what a working day takes on begins to come up: the end of the working day before it."""
    before = day - DAY
    while not works(calendar, before):
        before -= DAY
    return _instant(calendar, before + DAY, MIDNIGHT)


def next_opening(calendar: Calendar, at: datetime) -> datetime:
    """`at` itself in office hours, else when the office opens next."""
    for opens, closes in _office_hours(calendar, at):
        if at < closes:
            return max(at, opens)
    raise AssertionError("unreachable: office days never end")


def add_office_time(calendar: Calendar, at: datetime, length: timedelta) -> datetime:
    """The instant when `length` of office hours has passed since `at`."""
    return _spent(_office_hours(calendar, at), at, length)


def add_weekday_time(calendar: Calendar, at: datetime, length: timedelta) -> datetime:
    """The instant when `length` has passed on the weekday clock: Friday 16:00 + 48 h = Tuesday 16:00."""
    return _spent(_whole_days(calendar, at), at, length)


def add_business_days(calendar: Calendar, at: datetime, days: float) -> datetime:
    """The same office hour `days` working days later; from outside office hours, from the next opening.

    A business day is not 24 business hours: one day after Tuesday 16:30 is Wednesday 16:30. Parts of
    a day are parts of the office's hours.
    """
    start = next_opening(calendar, at).astimezone(ZoneInfo(calendar.zone))
    whole = int(days)
    day = start.date()
    for _ in range(whole):
        day = _next_working_day(calendar, day)
    same_hour = _instant(calendar, day, start.time())
    part = timedelta(hours=(calendar.closes - calendar.opens) * (days - whole))
    return add_office_time(calendar, same_hour, part) if part else same_hour


def office_time_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """How much office time lies between two instants; zero when `end` is not later."""
    total = timedelta()
    for opens, closes in _office_hours(calendar, start):
        if opens >= end:
            break
        total += max(min(closes, end) - max(opens, start), timedelta())
    return total


def stretches(calendar: Calendar, kind: SlaClockKind, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The stretches in which a kind of clock runs, from the one at `since` or the next one on, for ever."""
    walk = _office_hours if kind is SlaClockKind.OFFICE else _whole_days
    return walk(calendar, since)


def _spent(stretches: Iterator[tuple[datetime, datetime]], at: datetime, length: timedelta) -> datetime:
    left = length
    for opens, closes in stretches:
        begin = max(opens, at)
        if begin >= closes:
            continue
        if left <= closes - begin:
            return begin + left
        left -= closes - begin
    raise AssertionError("unreachable: working days never end")


def _office_hours(calendar: Calendar, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    for day in _working_days(calendar, at):
        yield (
            _instant(calendar, day, time(calendar.opens)),
            _instant(calendar, day, time(calendar.closes)),
        )


def _whole_days(calendar: Calendar, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    for day in _working_days(calendar, at):
        yield _instant(calendar, day, MIDNIGHT), _instant(calendar, day + DAY, MIDNIGHT)


def _working_days(calendar: Calendar, at: datetime) -> Iterator[date]:
    day = at.astimezone(ZoneInfo(calendar.zone)).date()
    while True:
        if works(calendar, day):
            yield day
        day += DAY


def _next_working_day(calendar: Calendar, day: date) -> date:
    day += DAY
    while not works(calendar, day):
        day += DAY
    return day


def _instant(calendar: Calendar, day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=ZoneInfo(calendar.zone)).astimezone(UTC)


@lru_cache(maxsize=64)
def _public(country: str, year: int) -> frozenset[date]:
    """The year's public holidays, whole: the library fills its own table lazily, unsafe among threads."""
    return frozenset(
        holidays.country_holidays(country, subdiv="ENG" if country == "GB" else None, years=year)
    )
