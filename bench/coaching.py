"""Coaching from trigger to outcome against a bare twin: completed cases a second, events, CPU of a replay.

The way most cases go: offered, chosen, held, confirmed, looked at.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence

from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from bench.coaching_stage import ALL_WORKFLOWS, a_stage
from bench.rows import Row, interleaved
from retention.temporal.connection import CONVERTER
from workflows.registry import runner

N = 24  # cases a round
ROUNDS = 3
REPLAYED = 10  # cases of each side
REPLAYS = 5  # rounds
RATE, REPLAY = 0.8, 1.3  # of the twin's, times the twin (performance guide)


def rows(count: int = N, *, rounds: int = ROUNDS) -> list[Row]:
    """Three rows: the rates, the events of a case with its tasks, and the CPU of its replay."""
    with a_stage() as stage:
        mine, theirs, ratio = interleaved(
            lambda: stage.rate(stage.ours, count), lambda: stage.rate(stage.bare, count), rounds=rounds
        )
        ours, bare = (stage.histories(side, REPLAYED) for side in (stage.ours, stage.bare))
    my_events, their_events = _events(ours), _events(bare)
    my_cpu, their_cpu, cpu = interleaved(lambda: _cpu(ours), lambda: _cpu(bare), rounds=REPLAYS)
    events = my_events / their_events
    return [
        Row("coaching", "completed / bare twin", count, mine, theirs, "cases/s", ratio, RATE, at_most=False),
        Row("coaching", "events a case / bare twin", 1, my_events, their_events, "events", events, None),
        Row("coaching", "replay of a case / bare twin", REPLAYED, my_cpu, their_cpu, "cpu_s", cpu, REPLAY),
    ]


def _events(cases: Sequence[Sequence[WorkflowHistory]]) -> float:
    return sum(len(history.events) for case in cases for history in case) / len(cases)


def _cpu(cases: Sequence[Sequence[WorkflowHistory]]) -> float:
    """CPU seconds of this process to replay a case with its tasks."""
    begin = time.process_time()
    asyncio.run(_replay([history for case in cases for history in case]))
    return (time.process_time() - begin) / len(cases)


async def _replay(histories: Sequence[WorkflowHistory]) -> None:
    async def one_after_another() -> AsyncIterator[WorkflowHistory]:
        for history in histories:
            yield history

    replayer = Replayer(workflows=ALL_WORKFLOWS, data_converter=CONVERTER, workflow_runner=runner())
    await replayer.replay_workflows(one_after_another())
