"""The office's calendar. Vectors: programmes guide 4.0."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from retention import calendars
from retention.calendars import Calendar

OFFICE = Calendar("Europe/London", 9, 17, "GB")
NEW_YORK = Calendar("America/New_York", 9, 17, "US")
LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)
INSTANTS = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001 (made aware below)
    datetime(2028, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def london(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (london(11, 20, 16, 30), 1, london(11, 23, 9, 30)),  # Friday 16:30 + 1 h = Monday 09:30
        (london(11, 21, 12), 1, london(11, 23, 10)),  # from Saturday
        (london(11, 23, 16), 1, london(11, 23, 17)),  # to the minute of closing
        (london(11, 23, 8, 59), 1, london(11, 23, 10)),  # before opening
        (london(12, 24, 16), 2, london(12, 29, 10)),  # over Christmas and Boxing Day (observed on Monday)
        (london(12, 25, 11), 1, london(12, 29, 10)),  # opened on a holiday
        (london(3, 27, 16), 2, london(3, 30, 10)),  # over the spring change of the clocks
        (london(10, 23, 16), 2, london(10, 26, 10)),  # and the autumn one
    ],
)
def test_office_hours_pass_only_in_the_office(start: datetime, hours: int, end: datetime) -> None:
    assert calendars.add_office_time(OFFICE, start, hours * HOUR) == end


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (london(11, 20, 16), london(11, 24, 16)),  # Friday 16:00 + 48 h = Tuesday 16:00 (design 3, H1)
        (london(11, 23, 3), london(11, 25, 3)),
        (london(11, 22, 12), london(11, 25, 0)),  # from Sunday: all of Monday and Tuesday
        (london(12, 24, 12), london(12, 30, 12)),
    ],
)
def test_the_weekday_clock_skips_weekends_and_holidays(start: datetime, end: datetime) -> None:
    assert calendars.add_weekday_time(OFFICE, start, 48 * HOUR) == end


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (london(11, 24, 16, 30), 1, london(11, 25, 16, 30)),  # one business day is not 24 business hours
        (london(11, 20, 16, 30), 1, london(11, 23, 16, 30)),
        (london(11, 20, 17), 1, london(11, 24, 9)),  # closed at 17:00: counted from Monday's opening
        (london(11, 21, 10), 3, london(11, 26, 9)),
        (london(11, 23, 10), 0.5, london(11, 23, 14)),
        (london(3, 27, 10), 1, london(3, 30, 10)),  # the same hour on the wall across the clock change
    ],
)
def test_a_business_day_ends_at_the_same_hour(start: datetime, days: float, end: datetime) -> None:
    assert calendars.add_business_days(OFFICE, start, days) == end


def test_a_holiday_added_later_moves_what_is_computed_afterwards() -> None:
    closed = replace(OFFICE, extra_holidays=frozenset({date(2026, 11, 25)}))
    assert calendars.add_business_days(closed, london(11, 24, 10), 1) == london(11, 26, 10)


def test_holidays_are_those_of_the_country() -> None:
    thanksgiving = date(2026, 11, 26)
    assert calendars.works(OFFICE, thanksgiving)
    assert not calendars.works(NEW_YORK, thanksgiving)


@given(at=INSTANTS, minutes=st.integers(1, 60 * 40))
def test_what_was_added_is_what_lies_between(at: datetime, minutes: int) -> None:
    length = timedelta(minutes=minutes)
    end = calendars.add_office_time(OFFICE, at, length)
    assert calendars.office_time_between(OFFICE, at, end) == length


@given(at=INSTANTS, first=st.integers(0, 1_000), second=st.integers(0, 1_000))
def test_time_can_be_added_in_two_parts(at: datetime, first: int, second: int) -> None:
    one, two = timedelta(minutes=first), timedelta(minutes=second)
    stepwise = calendars.add_office_time(OFFICE, calendars.add_office_time(OFFICE, at, one), two)
    assert stepwise == calendars.add_office_time(OFFICE, at, one + two) or two == timedelta(0)


@given(at=INSTANTS)
def test_an_opening_is_in_office_hours_and_never_earlier(at: datetime) -> None:
    opening = calendars.next_opening(OFFICE, at)
    wall = opening.astimezone(LONDON)
    assert opening >= at
    assert 9 <= wall.hour < 17
    assert calendars.works(OFFICE, wall.date())
