"""What a case of one task does when its tutor is gone, goes on leave, or comes back."""

from typing import Any

from temporalio import workflow

from retention.messages.tutors import LeaveEnded, LeaveStarted, TutorLeft
from workflows import shown
from workflows.casework import Casework
from workflows.task_in_hand import TaskInHand


class HearsOfTutor:
    """A task that nobody has begun goes with its tutor, a begun one stays; a leave is remarked."""

    def __init__(self, work: Casework[Any]) -> None:
        self._work = work
        self._task: TaskInHand | None = None  # the story says when it has opened it
        self._left: TutorLeft | None = None
        self._remarked: set[str] = set()

    @workflow.signal(description="The tutor is gone")
    async def tutor_left(self, left: TutorLeft) -> None:
        if self._left is None:
            self._left = left
            task = await self._opened()
            if not task.over():
                await self._work.withdraw(task, shown.left(left), unless_taken=True)

    @workflow.signal(description="The tutor is on leave")
    async def leave_started(self, leave: LeaveStarted) -> None:
        await self._remark(shown.away(leave), command_id=leave.command_id)

    @workflow.signal(description="The tutor is back from leave")
    async def leave_ended(self, leave: LeaveEnded) -> None:
        await self._remark(shown.back(leave), command_id=leave.command_id)

    async def _remark(self, words: str, *, command_id: str) -> None:
        if command_id not in self._remarked:
            self._remarked.add(command_id)
            await self._opened()
            await self._work.remark(words)

    async def _opened(self) -> TaskInHand:
        """The case's task; what is heard may come with the start."""
        await self._work.wait_for(lambda: self._task is not None)
        assert self._task is not None, "waited for"
        return self._task
