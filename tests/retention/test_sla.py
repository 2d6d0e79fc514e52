"""The service-level clock: the vectors of programmes guide 4.0, and what becomes known too late."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from retention import calendars, readings, sla
from retention.calendars import Calendar
from retention.messages.sla import SlaClock
from retention.vocabulary import PauseReason, SlaClockKind

OFFICE = Calendar("Europe/London", 9, 17, "GB")
LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)
TUTOR, LEAVE = PauseReason.WAITING_FOR_TUTOR, PauseReason.LEAVE


def london(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


FRIDAY_FOUR = london(11, 20, 16)


def an_office_clock(started_at: datetime, hours: float) -> SlaClock:
    return SlaClock(kind=SlaClockKind.OFFICE, budget=hours * HOUR, started_at=started_at)


def a_weekday_clock(started_at: datetime = FRIDAY_FOUR, hours: float = 48) -> SlaClock:
    return SlaClock(kind=SlaClockKind.WEEKDAY, budget=hours * HOUR, started_at=started_at)


def due(clock: SlaClock, calendar: Calendar = OFFICE) -> datetime | None:
    return readings.reading(calendar, clock, at=clock.started_at).due_at


def test_48_hours_from_friday_at_four_end_on_tuesday_at_four() -> None:
    assert due(a_weekday_clock()) == london(11, 24, 16)


def test_an_office_hour_from_friday_half_past_four_ends_on_monday_half_past_nine() -> None:
    assert due(an_office_clock(london(11, 20, 16, 30), 1)) == london(11, 23, 9, 30)


def test_a_business_day_is_the_same_hour_next_day_and_not_24_office_hours() -> None:
    tuesday = london(11, 24, 16, 30)
    assert calendars.add_business_days(OFFICE, tuesday, 1) == london(11, 25, 16, 30)
    assert due(an_office_clock(tuesday, 24)) == london(11, 27, 16, 30)


def test_a_clock_begun_on_a_holiday_and_then_held_loses_nothing() -> None:
    clock = an_office_clock(london(12, 25, 11), 8)  # Christmas; the office is back on Tuesday the 29th
    held = sla.pause(clock, TUTOR, since=london(12, 25, 15))
    resumed = sla.resume(held, at=london(12, 29, 13))
    assert readings.reading(OFFICE, held, at=london(12, 29, 12)).spent == timedelta()
    assert due(resumed) == london(12, 30, 13)


@pytest.mark.parametrize(
    ("started_at", "hours", "end"),
    [
        (london(3, 27, 16), 48, london(3, 31, 16)),  # London's change lies on a Sunday: no hour is lost
        (london(10, 23, 16), 48, london(10, 27, 16)),
    ],
)
def test_a_change_of_the_clocks_at_a_weekend_costs_nobody_an_hour(
    started_at: datetime, hours: float, end: datetime
) -> None:
    assert due(a_weekday_clock(started_at, hours)) == end


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 4, 24), 23), (date(2026, 10, 29), 25)])
def test_a_working_day_with_a_gap_is_shorter_and_one_with_an_overlap_longer(day: date, hours: int) -> None:
    cairo = Calendar("Africa/Cairo", 9, 17, "EG")  # changes its clocks at midnight, within the working week
    midnight = datetime.combine(day, time(), tzinfo=ZoneInfo("Africa/Cairo"))
    assert due(a_weekday_clock(midnight, hours), cairo) == midnight + timedelta(days=1)


def test_an_office_that_would_open_in_the_gap_opens_at_its_end() -> None:
    jerusalem = Calendar("Asia/Jerusalem", 2, 4, "GB")  # from two to three on that Friday there is no time
    friday = datetime(2026, 3, 27, tzinfo=ZoneInfo("Asia/Jerusalem"))
    assert due(an_office_clock(friday, 1), jerusalem) == friday.replace(hour=4)


def test_a_holiday_added_after_the_start_moves_the_deadline() -> None:
    clock, tuesday = a_weekday_clock(), london(11, 24, 12)
    closed = replace(OFFICE, extra_holidays=frozenset({date(2026, 11, 23)}))
    assert due(clock, closed) == london(11, 25, 16)
    assert readings.reading(OFFICE, clock, at=tuesday).left == 4 * HOUR
    assert readings.reading(closed, clock, at=tuesday).left == 28 * HOUR


def test_reminders_come_at_half_time_at_four_fifths_and_at_the_end() -> None:
    when = readings.reminders(OFFICE, a_weekday_clock(), (0.5, 0.8, 1.0))
    assert when == [london(11, 23, 16), london(11, 24, 6, 24), london(11, 24, 16)]
    paused = sla.pause(a_weekday_clock(), TUTOR, since=london(11, 24, 0))
    assert readings.reminders(OFFICE, paused, (0.5, 0.8)) == [london(11, 23, 16), None]


def test_a_clock_runs_out_in_the_instant_of_its_deadline_and_not_before() -> None:
    clock, end = a_weekday_clock(), london(11, 24, 16)
    before = readings.reading(OFFICE, clock, at=end - timedelta(seconds=1))
    assert (before.breached, before.left) == (False, timedelta(seconds=1))
    after = readings.reading(OFFICE, clock, at=end)
    assert (after.breached, after.left, after.spent) == (True, timedelta(), clock.budget)
    assert readings.reading(OFFICE, clock, at=end + 100 * HOUR).spent == clock.budget


def test_two_reasons_at_once_keep_it_standing_until_both_are_over() -> None:
    clock = sla.pause(a_weekday_clock(), TUTOR, since=london(11, 23, 10))
    clock = sla.on_leave(clock, since=london(11, 23, 12))
    clock = sla.resume(clock, at=london(11, 23, 14), reason=TUTOR)
    assert sla.stands(clock, at=london(11, 23, 15))
    assert due(clock) is None
    clock = sla.resume(clock, at=london(11, 23, 18), reason=LEAVE)
    assert due(clock) == london(11, 25, 0)  # eight hours later, counted once
    assert readings.reading(OFFICE, clock, at=london(11, 24, 12)).paused_for == 8 * HOUR


def test_resuming_without_a_reason_ends_whatever_paused_it() -> None:
    both = sla.on_leave(sla.pause(a_weekday_clock(), TUTOR, since=FRIDAY_FOUR), since=FRIDAY_FOUR)
    assert due(sla.resume(both, at=london(11, 23, 16))) == london(11, 25, 16)


def test_a_leave_imported_late_takes_a_breach_back() -> None:
    clock, thursday = a_weekday_clock(), london(11, 26, 12)
    assert readings.reading(OFFICE, clock, at=thursday).breached
    excused = sla.on_leave(clock, since=london(11, 23, 0))
    now = readings.reading(OFFICE, excused, at=thursday)
    assert (now.breached, now.due_at, now.left) == (False, None, 40 * HOUR)


def test_after_a_leave_the_clock_goes_on_when_the_ramp_up_is_over() -> None:
    away = sla.on_leave(a_weekday_clock(), since=london(11, 23, 0))
    back = sla.back_from_leave(away, at=london(11, 25, 9), clocks_resume_at=london(11, 30, 9))
    assert [one.reason for one in back.pauses] == [LEAVE, PauseReason.RAMP_UP]
    assert readings.reading(OFFICE, back, at=london(11, 27, 12)).due_at == london(12, 2, 1)
    assert readings.reading(OFFICE, back, at=london(11, 30, 10)).spent == 9 * HOUR


def test_a_leave_that_was_prolonged_is_over_with_its_one_end() -> None:
    twice = sla.on_leave(sla.on_leave(a_weekday_clock(), since=london(11, 23, 0)), since=london(11, 24, 0))
    back = sla.back_from_leave(twice, at=london(11, 25, 0), clocks_resume_at=london(11, 30, 0))
    assert due(back) == london(12, 1, 16)
    assert not sla.stands(back, at=london(11, 30, 0))


def test_a_pause_that_ended_before_it_began_has_not_been() -> None:
    clock = a_weekday_clock()
    assert sla.resume(sla.pause(clock, TUTOR, since=london(11, 23, 10)), at=london(11, 23, 9)) == clock
    assert sla.stood(clock, LEAVE, since=FRIDAY_FOUR, until=FRIDAY_FOUR) == clock


def test_what_was_before_the_start_does_not_count_as_paused() -> None:
    clock = sla.stood(a_weekday_clock(), LEAVE, since=london(11, 16, 9), until=london(11, 20, 17))
    assert readings.reading(OFFICE, clock, at=london(11, 24, 9)).paused_for == HOUR
    assert due(clock) == london(11, 24, 17)


def test_a_clock_that_had_run_out_before_it_was_paused_stays_run_out() -> None:
    late = sla.pause(a_weekday_clock(), TUTOR, since=london(11, 24, 17))
    seen = readings.reading(OFFICE, late, at=london(11, 25, 12))
    assert (seen.breached, seen.due_at) == (True, london(11, 24, 16))
