from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from web import wall_clock
from web.wall_clock import NotAMoment

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("words", "zone", "hour"),
    [
        ("2026-11-24T10:00", LONDON, 10),
        ("2026-07-24T10:00", LONDON, 9),
        ("2026-11-24T10:00", NEW_YORK, 15),
        ("2026-11-24T10:00:00+01:00", LONDON, 9),  # says its zone itself
    ],
)
def test_what_is_typed_is_the_time_on_the_wall_where_one_lives(words: str, zone: ZoneInfo, hour: int) -> None:
    at = wall_clock.instant(words, zone)
    assert (at.hour, at.tzinfo) == (hour, UTC)


def test_an_instant_is_shown_as_it_would_be_typed() -> None:
    at = datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
    assert wall_clock.typed(at, NEW_YORK) == "2026-07-01T08:30"
    assert wall_clock.instant(wall_clock.typed(at, NEW_YORK), NEW_YORK) == at


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("2027-03-28T01:00", "01:00 on 28 March does not exist in Europe/London"),
        ("2027-03-28T01:59", "does not exist"),
        ("2026-10-25T01:00", "01:00 on 25 October comes twice in Europe/London"),
        ("2026-10-25T01:59", "comes twice"),
    ],
)
def test_a_time_in_the_hour_that_is_missing_or_comes_twice_is_asked_again(words: str, why: str) -> None:
    with pytest.raises(NotAMoment, match=why):
        wall_clock.instant(words, LONDON)


@pytest.mark.parametrize(
    "words", ["2027-03-28T00:59", "2027-03-28T02:00", "2026-10-25T00:59", "2026-10-25T02:00"]
)
def test_the_times_around_that_hour_are_taken(words: str) -> None:
    assert wall_clock.typed(wall_clock.instant(words, LONDON), LONDON) == words


@pytest.mark.parametrize("words", ["tomorrow", "2026-13-01T10:00", "10:00", "９９-x"])
def test_what_is_no_time_is_asked_again(words: str) -> None:
    with pytest.raises(NotAMoment, match="such as"):
        wall_clock.instant(words, LONDON)
