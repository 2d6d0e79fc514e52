"""How far the feed is, and what a broken-off birth leaves."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local import birth
from local.birth import Stand
from local.world import World

START = datetime(2026, 11, 2, tzinfo=UTC)
GOAL = START + timedelta(days=20)
SLACK = timedelta(seconds=30)


def stand(posted_until: datetime, *, paused: bool = False) -> Stand:
    return Stand(posted_until, now=GOAL, goal=GOAL, slack=SLACK, paused=paused)


@pytest.mark.parametrize(
    ("posted_until", "share"),
    [
        (START, 0.0),
        (START + timedelta(days=10), 0.5),
        (GOAL - SLACK, 1.0),
        (GOAL, 1.0),
    ],
)
def test_the_share_is_of_what_was_missing_at_the_start(posted_until: datetime, share: float) -> None:
    assert stand(posted_until).share(START)[1] == share


def test_a_little_more_than_the_slack_is_still_behind() -> None:
    assert stand(GOAL - SLACK - timedelta(seconds=1)).share(START)[1] < 1


def test_a_feed_that_somebody_holds_is_not_waited_for() -> None:
    assert stand(START, paused=True).share(START)[1] == 1


def test_half_a_history_is_removed_before_the_next_try(own_home: Path) -> None:
    (own_home / "temporal").mkdir()
    world = World(seeding=True, seeded=False)
    birth.forget_broken(world)
    assert not (own_home / "temporal").exists()
    assert not world.seeding


def test_a_whole_history_is_kept(own_home: Path) -> None:
    (own_home / "temporal").mkdir()
    birth.forget_broken(World(seeding=True, seeded=True))
    assert (own_home / "temporal").exists()
