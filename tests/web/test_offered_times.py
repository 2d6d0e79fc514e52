from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from retention import calendars
from retention.policy import COACHING_CALL, MAIL_HOURS
from web.people_ops import offered_times
from web.people_ops.offered_times import MOST, suggested

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 11, 23, 11, tzinfo=UTC)
FRIDAY = MONDAY + timedelta(days=4)
WEEK = timedelta(days=7)


def days(times: list[datetime]) -> list[int]:
    return [at.day for at in times]


def test_the_next_working_days_are_suggested_one_time_each_at_changing_hours() -> None:
    times = suggested(MONDAY, hold_by=MONDAY + WEEK, tutor_zone=LONDON)
    assert days(times) == [24, 25, 26]
    assert len({at.time() for at in times}) == MOST


def test_no_weekend_and_no_holiday_is_suggested() -> None:
    before_christmas = datetime(2026, 12, 24, 11, tzinfo=UTC)  # a Thursday; Monday is Boxing Day's substitute
    assert days(suggested(before_christmas, hold_by=before_christmas + WEEK, tutor_zone=LONDON)) == [
        29,
        30,
        31,
    ]
    assert days(suggested(FRIDAY, hold_by=FRIDAY + WEEK, tutor_zone=LONDON)) == [30, 1, 2]


@pytest.mark.parametrize(("minutes", "there"), [(0, True), (-1, False)])
def test_a_call_ends_by_the_day_it_has_to_be_held(minutes: int, there: bool) -> None:
    tomorrow_at_ten = datetime(2026, 11, 24, 10, tzinfo=UTC)
    times = suggested(
        MONDAY, hold_by=tomorrow_at_ten + COACHING_CALL + timedelta(minutes=minutes), tutor_zone=LONDON
    )
    assert (tomorrow_at_ten in times) is there


def test_few_days_give_several_times_of_a_day() -> None:
    times = suggested(MONDAY, hold_by=MONDAY + timedelta(days=1, hours=6), tutor_zone=LONDON)
    assert days(times) == [24, 24, 24]


def test_when_the_time_to_hold_it_is_over_the_next_ones_are_suggested() -> None:
    assert days(suggested(MONDAY, hold_by=MONDAY, tutor_zone=LONDON)) == [24, 25, 26]


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Manila", "Europe/Berlin", "Asia/Kolkata"])
def test_every_suggestion_is_in_office_hours_and_in_the_tutors_waking_hours(zone: str) -> None:
    office = calendars.office()
    for at in suggested(MONDAY, hold_by=MONDAY + WEEK, tutor_zone=ZoneInfo(zone)):
        assert office.opens <= at.astimezone(LONDON).hour < office.closes
        assert MAIL_HOURS[0] <= at.astimezone(ZoneInfo(zone)).hour < MAIL_HOURS[1]


def test_a_typed_time_is_told_on_the_tutors_clock() -> None:
    typed = offered_times.typed([datetime(2026, 11, 24, 10, tzinfo=UTC)], LONDON)
    assert typed == {"times-1": "2026-11-24T10:00"}
    told = offered_times.for_the_tutor(typed | {"times-2": "soon"}, LONDON, ZoneInfo("Asia/Tokyo"))
    assert told == {"times-1": "Tue 24 Nov, 19:00 for the tutor"}
