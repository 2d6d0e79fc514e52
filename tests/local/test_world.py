"""A world keeps its numbers for life, and has one launcher."""

import subprocess
import sys
from pathlib import Path

import pytest

from local import places, world as worlds
from local.world import Wish, World
from retention.errors import Refusal

HOLDS_THE_PLACE = """
import sys
from local import world
with world.the_only_launcher() as free:
    print(free, flush=True)
    sys.stdin.read()
"""


def test_a_first_start_takes_what_was_asked_and_the_rest_from_the_demo(own_home: Path) -> None:
    world = worlds.for_wish(Wish(tutors=20))
    assert (world.tutors, world.speed) == (20, 1)


def test_a_later_start_without_numbers_continues_the_world(own_home: Path) -> None:
    World(tutors=20, speed=1440, seeded=True).keep()
    assert worlds.for_wish(Wish()).speed == 1440
    assert worlds.for_wish(Wish(speed=1440)).tutors == 20


def test_other_numbers_than_the_world_has_are_refused_with_the_way_out(own_home: Path) -> None:
    World(speed=1440).keep()
    with pytest.raises(Refusal, match=r"SPEED=1440.*make clean"):
        worlds.for_wish(Wish(speed=1))


def test_what_is_kept_is_for_our_eyes_only(own_home: Path) -> None:
    World().keep()
    assert (own_home / "world.json").stat().st_mode & 0o777 == 0o600


def test_only_one_launcher_runs_until_it_ends_in_any_way(own_home: Path) -> None:
    first = subprocess.Popen(
        [sys.executable, "-c", HOLDS_THE_PLACE],
        cwd=places.CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert first.stdout is not None
    assert first.stdin is not None
    assert first.stdout.readline() == b"True\n"
    assert worlds.is_running()
    first.kill()
    first.wait()
    first.stdin.close()
    first.stdout.close()
    assert not worlds.is_running()


@pytest.mark.parametrize(
    "wrong", [{"tutors": 0}, {"tutors": 20_001}, {"speed": 0}, {"speed": 10_001}, {"seed": -1}]
)
def test_numbers_out_of_bounds_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Wish.model_validate(wrong)
