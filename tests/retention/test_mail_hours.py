"""When a tutor may be written to: 8 to 21 o'clock where they live, whatever the clocks do there."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, strategies as st

from retention.mail_hours import opens_at

ZONES = sorted(available_timezones() - {"Factory", "localtime"})
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("zone", "at", "opens"),
    [
        ("Europe/London", "2026-11-23T07:59:59", "2026-11-23T08:00"),
        ("Europe/London", "2026-11-23T08:00", "2026-11-23T08:00"),
        ("Europe/London", "2026-11-23T20:59:59", "2026-11-23T20:59:59"),
        ("Europe/London", "2026-11-23T21:00", "2026-11-24T08:00"),
        ("America/Los_Angeles", "2026-11-23T04:59", "2026-11-23T04:59"),
        ("America/Los_Angeles", "2026-11-23T05:00", "2026-11-23T16:00"),
        ("Asia/Kathmandu", "2026-11-23T15:15", "2026-11-24T02:15"),
        ("Europe/Berlin", "2026-03-28T22:00", "2026-03-29T06:00"),  # the night loses an hour
        ("Europe/Berlin", "2026-10-24T22:00", "2026-10-25T07:00"),  # and gets one back
        ("Pacific/Apia", "2011-12-30T07:30", "2011-12-30T18:00"),  # 30 December 2011 did not take place there
    ],
)
def test_mail_hours_are_where_the_tutor_lives(zone: str, at: str, opens: str) -> None:
    instant = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert opens_at(zone, instant) == datetime.fromisoformat(opens).replace(tzinfo=UTC)


@given(st.sampled_from(ZONES), INSTANTS)
def test_the_next_opening_is_in_hours_and_none_is_sooner(zone: str, at: datetime) -> None:
    opens, there = opens_at(zone, at), ZoneInfo(zone)
    assert 8 <= opens.astimezone(there).hour < 21
    assert at <= opens <= at + timedelta(hours=13)
    steps = [at + timedelta(minutes=15 * step) for step in range(int((opens - at) / timedelta(minutes=15)))]
    assert not any(8 <= step.astimezone(there).hour < 21 for step in steps)
