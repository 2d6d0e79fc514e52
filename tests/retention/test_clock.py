"""The map between real and business time, and waits that are long enough in both."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from retention.clock import Clock, Playback, real_time

BIRTH = datetime(2026, 11, 28, 9, tzinfo=UTC)
DAY, QUARTER, SECOND = timedelta(days=1), timedelta(minutes=15), timedelta(seconds=1)
PLAYED_BACK = Clock(
    origin_real=BIRTH, origin=BIRTH - 14 * DAY, playback=Playback(length=14 * DAY, speed=4_000.0)
)
lengths = st.timedeltas(min_value=SECOND, max_value=30 * DAY)
moments = st.timedeltas(min_value=-DAY, max_value=30 * DAY).map(lambda after: BIRTH + after)
clocks = st.sampled_from([PLAYED_BACK, real_time(), Clock(origin_real=BIRTH, origin=BIRTH, speed=1_440.0)])


@given(clocks, moments)
def test_the_real_instant_of_a_business_instant_is_the_one_that_it_came_from(
    clock: Clock, real: datetime
) -> None:
    assert abs(clock.real(clock.at(real)) - real) < timedelta(milliseconds=1)


@given(clocks, moments, lengths, lengths)
def test_later_is_so_much_business_time_and_so_much_real_time_away_at_least(
    clock: Clock, now: datetime, business: timedelta, real: timedelta
) -> None:
    later = clock.later(business, real=real, real_now=now)
    hair = timedelta(milliseconds=1)
    assert later >= clock.at(now) + business
    assert clock.until(later, real_now=now) >= real - hair
    waited = clock.until(later, real_now=now)
    assert later <= clock.at(now) + business + hair or waited <= real + hair  # and no longer than need be


@pytest.mark.parametrize(
    ("clock", "waited"),
    [
        (real_time(), QUARTER),
        (Clock(origin_real=BIRTH, origin=BIRTH, speed=90.0), 10 * SECOND),
        (Clock(origin_real=BIRTH, origin=BIRTH, speed=1_440.0), 5 * SECOND),
        (PLAYED_BACK, 5 * SECOND),
    ],
)
def test_in_a_fast_world_the_real_time_counts(clock: Clock, waited: timedelta) -> None:
    later = clock.later(QUARTER, real=5 * SECOND, real_now=BIRTH + SECOND)
    assert clock.until(later, real_now=BIRTH + SECOND) == pytest.approx(waited, abs=timedelta(milliseconds=1))
