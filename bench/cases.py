"""Completed cases a second against a bare twin of the same shape, and how long their histories are."""

import time

from bench.rows import Row, interleaved
from bench.stage import Side, Stage, a_stage

N = 40  # cases a round
ROUNDS = 3
LOOKED_AT = 10  # histories of each side: all cases of a side are alike
RATE = 0.8  # of the twin's (performance guide, section 4)


def rows(count: int = N, *, rounds: int = ROUNDS) -> list[Row]:
    """The ratio of rates, and the events a case with its task takes on either side."""
    with a_stage() as stage:
        mine, theirs, ratio = interleaved(
            lambda: _rate(stage, stage.ours, count), lambda: _rate(stage, stage.bare, count), rounds=rounds
        )
        ours, bare = (_events(stage, side) for side in (stage.ours, stage.bare))
    return [
        Row("cases", "completed / bare twin", count, mine, theirs, "cases/s", ratio, RATE, at_most=False),
        Row("cases", "events a case / bare twin", 1, ours, bare, "events", ours / bare, None),
    ]


def _rate(stage: Stage, side: Side, count: int) -> float:
    """Cases a second, from the start to the result."""
    begin = time.perf_counter()
    stage.complete(side, count)
    return count / (time.perf_counter() - begin)


def _events(stage: Stage, side: Side) -> float:
    looked_at = min(LOOKED_AT, len(side.completed))
    return sum(len(history.events) for history in stage.histories(side, looked_at)) / looked_at
