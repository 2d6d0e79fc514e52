"""A task that a case has opened, and when it is due."""

from dataclasses import dataclass
from datetime import datetime

from retention.messages.sla import Pause
from retention.messages.tasks import OpenTask
from workflows.carrier import RunningTask


@dataclass(frozen=True)
class Due:
    """When a clock runs out, None while it stands; and the stretches in which it stands before that."""

    at: datetime | None
    pauses: tuple[Pause, ...] = ()


WHEN_THE_POLICY_SAYS = Due(None)


class TaskInHand:
    """A task that a case has opened."""

    def __init__(self, task: OpenTask, running: RunningTask) -> None:
        self.task = task
        self.running = running

    def over(self) -> bool:
        """Whether it has ended, one way or the other."""
        return self.running.over()
