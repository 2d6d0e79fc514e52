"""Times that a manager can offer a tutor for a call, and what time that is for the tutor."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from retention import calendars
from retention.calendars import Calendar
from retention.policy import COACHING_CALL, MAIL_HOURS
from web import wall_clock

MOST = 3  # suggestions
HOURS = (time(10), time(14), time(11, 30), time(15, 30), time(9), time(16))  # of the office, the best first
LOOK_AHEAD = 14  # days


def suggested(now: datetime, *, hold_by: datetime, tutor_zone: ZoneInfo) -> list[datetime]:
    """Up to three times on coming working days, in office hours and the tutor's waking hours.

    They end before `hold_by`; when no working day is left until then, they are the next ones there are.
    """
    calendar = calendars.office()
    days = _working_days(calendar, now)
    fitting = [[at for at in _times_of(calendar, day) if _awake(at, tutor_zone)] for day in days]
    in_time = [[at for at in times if at + COACHING_CALL <= hold_by] for times in fitting]
    chosen = _one_a_day(in_time) or _one_a_day(fitting)
    return sorted(chosen)


def typed(times: Iterable[datetime], zone: ZoneInfo, *, field: str = "times") -> dict[str, str]:
    """The suggestions as they stand in a form's inputs."""
    return {f"{field}-{number}": wall_clock.typed(at, zone) for number, at in enumerate(times, start=1)}


def for_the_tutor(inputs: Mapping[str, str], zone: ZoneInfo, tutor_zone: ZoneInfo) -> dict[str, str]:
    """What time each typed time is where the tutor lives, by the name of its input."""
    told = {}
    for name, words in inputs.items():
        try:
            there = wall_clock.instant(words, zone).astimezone(tutor_zone)
        except wall_clock.NotAMoment:
            continue
        told[name] = f"{there:%a} {there.day} {there:%b, %H:%M} for the tutor"
    return told


def _one_a_day(days: list[list[datetime]]) -> list[datetime]:
    """One time of each day, at another hour each day; more of a day when the days are few."""
    rounds = max((len(times) for times in days), default=0)
    turned = [
        times[place % len(times) :] + times[: place % len(times)] for place, times in enumerate(days) if times
    ]
    in_turn = (times[turn] for turn in range(rounds) for times in turned if turn < len(times))
    return list(islice(in_turn, MOST))


def _working_days(calendar: Calendar, now: datetime) -> list[date]:
    """From tomorrow on: a tutor who hears of it today needs the night."""
    today = now.astimezone(ZoneInfo(calendar.zone)).date()
    coming = (today + timedelta(days=ahead) for ahead in range(1, LOOK_AHEAD))
    return [day for day in coming if calendars.works(calendar, day)]


def _times_of(calendar: Calendar, day: date) -> list[datetime]:
    zone = ZoneInfo(calendar.zone)
    hours = [hour for hour in HOURS if calendar.opens <= hour.hour < calendar.closes]
    return [datetime.combine(day, hour, tzinfo=zone).astimezone(UTC) for hour in hours]


def _awake(at: datetime, zone: ZoneInfo) -> bool:
    opens, closes = MAIL_HOURS
    there = at.astimezone(zone)
    return (
        opens <= there.hour
        and (there + COACHING_CALL).hour < closes
        and (there + COACHING_CALL).day == there.day
    )
