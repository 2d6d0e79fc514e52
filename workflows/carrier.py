"""The seam under every programme: what a story needs of whatever carries it (decision 12).

Temporal carries the real cases (`on_temporal`); a simulated clock and simulated people carry the same
stories in fast tests and in the preview of a case (`rehearsal`).
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from retention.messages.tasks import Comment, OpenTask, Raise, Replan, TaskResult, Withdraw

TASK_DATED = "task_dated"  # the signal by which a task tells its case of a due date set by hand
Asked = TypeVar("Asked")
Done = TypeVar("Done")
Dated = Callable[[datetime], Awaitable[None]]


class RunningTask(Protocol):
    """A task that was opened: whether it is over, how it ended, and a word to it."""

    def over(self) -> bool: ...

    async def result(self) -> TaskResult: ...

    async def tell(self, name: str, message: Comment | Raise | Replan | Withdraw) -> None: ...


class Carrier(Protocol):
    """Time, waiting, and everything that is done outside the story."""

    def now(self) -> datetime:
        """Business now."""

    def later(self, business: timedelta, *, real: timedelta) -> datetime:
        """The business instant after so much business time, and after so much real time at least."""

    def new_id(self) -> str:
        """An id that is the same when the story is told again."""

    def changed(self, change: str) -> bool:
        """Whether this case was begun under the changed story (`workflow.patched`)."""

    async def until(self, condition: Callable[[], bool], instant: datetime | None, summary: str) -> bool:
        """Wait for something to happen, or until a business instant; whether it has happened."""

    async def do(self, step: Callable[[Asked], Awaitable[Done]], request: Asked) -> Done:
        """Have a step of `workflows/steps.py` done."""

    async def open(self, task: OpenTask, *, dated: Dated) -> RunningTask:
        """Open a task for people; `dated` is told when one of them sets its due date."""

    async def together(self, *acts: Awaitable[Any]) -> None:
        """Do independent things in any order."""

    def show(self, details: str, attributes: list[Any] | None) -> None:
        """Show where the story stands; `attributes` None: as before."""

    async def settle(self) -> None:
        """Before the end: whoever is still being answered gets their answer."""
