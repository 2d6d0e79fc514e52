"""Living worlds: how fast sessions come about, as tables and as records; nothing is stored."""

from datetime import UTC, datetime

from bench import stopwatch
from bench.rows import Row, interleaved
from simulator import world as worlds
from simulator.profiles import SIZES, Size
from simulator.world import World

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
SETTLING, DAYS = 14, 7  # days before the first one measured, and measured in one round
ROUNDS = 3
PER_SECOND = 50_000  # sessions; the target
GROWTH = 11.0  # times the cost for ten times the tutors


def rows(size: int = SIZES[Size.FULL], *, times: int = 10, rounds: int = ROUNDS) -> list[Row]:
    """Records against the time that the target gives them; and tables of ten times as many tutors."""
    small, large = a_settled_world(size), a_settled_world(size * times)
    booked: list[int] = []
    spent, allowed, ratio = interleaved(
        lambda: stopwatch.cpu(lambda: booked.append(_told(small))),
        lambda: booked[-1] / PER_SECOND,
        rounds=rounds,
    )
    much, little, growth = interleaved(
        lambda: stopwatch.cpu(lambda: _lived(large)),
        lambda: stopwatch.cpu(lambda: _lived(small)),
        rounds=rounds,
    )
    name = f"{size} tutors, {DAYS} days as records / {PER_SECOND:,} sessions a second"
    return [
        Row("generating", name, booked[-1], spent, allowed, "cpu_s", ratio, 1.0),
        Row("generating", f"growth for {times}x tutors", size * times, much, little, "cpu_s", growth, GROWTH),
    ]


def a_settled_world(tutors: int) -> World:
    """A world whose days are full."""
    world = worlds.born(MONDAY, tutors_wanted=tutors, seed=1)
    for _ in range(SETTLING):
        worlds.live(world)
    return world


def _told(world: World) -> int:
    """Live some days and write down everything; how many sessions were booked."""
    return sum(
        sum(1 for one in worlds.live_a_day(world) if one.record.get("transition") == "booked")
        for _ in range(DAYS)
    )


def _lived(world: World) -> int:
    return sum(len(worlds.live(world).booked.key) for _ in range(DAYS))
