"""A process that judges a batch and is killed on the way: `BATCH AS_OF PLACE`."""

import os
import signal
import sys
from datetime import datetime
from itertools import count
from typing import Any

from activities import judgement
from retention.messages.evaluation import Step
from retention.records import batches
from rules.engine import DurableEngine

HALFWAY = "halfway"  # in the middle of the batch's tutors
WRITTEN = "written"  # everything is written, and nothing kept
KEPT = "kept"  # everything is kept, and nobody knows
QUESTIONS = 5
ANSWERED, FINISH, ASKED = DurableEngine.matches, batches.finish_batch, count(1)


def die(*_told: Any, **_more: Any) -> Any:
    """As by a crash of the C module, or by somebody's `kill -9`."""
    os.kill(os.getpid(), signal.SIGKILL)


def halfway(*told: Any) -> Any:
    """The engine's answer, for the first questions."""
    return die() if next(ASKED) > QUESTIONS else ANSWERED(*told)


def finished(*told: Any, **more: Any) -> None:
    """The batch is over within the transaction, which is never kept."""
    FINISH(*told, **more)
    die()


if __name__ == "__main__":
    batch, as_of, place = sys.argv[1:]
    if place == HALFWAY:
        DurableEngine.matches = halfway  # type: ignore[assignment, method-assign]
    if place == WRITTEN:
        batches.finish_batch = finished
    judgement.judge(Step(batch_id=batch, as_of=datetime.fromisoformat(as_of)))
    die()
