"""CPU to replay one case with its task, from histories made in this run, against the bare twin's."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence

from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from bench.rows import Row, interleaved
from bench.stage import ALL_WORKFLOWS, a_stage
from retention.temporal.connection import CONVERTER
from workflows.registry import runner

CASES = 20  # of each side a round
ROUNDS = 5
TARGET = 1.3  # times the twin (performance guide, section 6)


def rows(count: int = CASES, *, rounds: int = ROUNDS) -> list[Row]:
    """One row: CPU seconds of a case's and its task's replay."""
    with a_stage() as stage:
        for side in (stage.ours, stage.bare):
            stage.complete(side, count)
        ours, bare = (stage.histories(side, count) for side in (stage.ours, stage.bare))
    mine, theirs, ratio = interleaved(lambda: _cpu(ours) / count, lambda: _cpu(bare) / count, rounds=rounds)
    return [Row("replay", "a case / bare twin", count, mine, theirs, "cpu_s", ratio, TARGET)]


def _cpu(histories: Sequence[WorkflowHistory]) -> float:
    """CPU seconds of this process to replay them all."""
    begin = time.process_time()
    asyncio.run(_replay(histories))
    return time.process_time() - begin


async def _replay(histories: Sequence[WorkflowHistory]) -> None:
    replayer = Replayer(workflows=ALL_WORKFLOWS, data_converter=CONVERTER, workflow_runner=runner())
    await replayer.replay_workflows(_one_after_another(histories))


async def _one_after_another(histories: Sequence[WorkflowHistory]) -> AsyncIterator[WorkflowHistory]:
    for history in histories:
        yield history
