"""When a tutor may be written to: waking hours where they live (design 3, A3)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from retention import policy


def opens_at(zone: str, at: datetime, *, hours: tuple[int, int] = policy.MAIL_HOURS) -> datetime:
    """`at` itself in waking hours, else when they begin next. A UTC instant; clock changes are minded."""
    begin, end = hours
    then = at.astimezone(ZoneInfo(zone))
    if begin <= then.hour < end:
        return at
    day = then.date() + timedelta(days=1 if then.hour >= end else 0)
    return datetime.combine(day, time(begin), tzinfo=ZoneInfo(zone)).astimezone(UTC)
