"""`python -m tests.faults.rules_child QUESTIONS`: the rules worker, killed while the engine is at work.

It dies as it would by a crash of the C module: when the engine is asked for the so manieth time.
"""

import os
import signal
import sys
from itertools import count

from activities.rules import ACTIVITIES, SLOTS
from activities.serving import serve_activities
from retention.temporal.queues import RULES
from rules.conditions import ConditionKey
from rules.engine import DurableEngine
from rules.fields import Sheet

ANSWERED = DurableEngine.matches
ASKED = count(1)


def mortal(engine: DurableEngine, sheet: Sheet) -> frozenset[ConditionKey]:
    """The engine's answer, as long as it lives."""
    if next(ASKED) == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
    return ANSWERED(engine, sheet)


if __name__ == "__main__":
    DurableEngine.matches = mortal  # type: ignore[assignment, method-assign]
    serve_activities(RULES, ACTIVITIES, slots=SLOTS)
