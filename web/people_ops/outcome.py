"""What became of an act: applied, refused, or saved and not yet applied; and what happens next."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from retention.records import commands
from retention.records.commands import Command
from retention.records.database import Session
from retention.vocabulary import CommandState
from web.viewer import Viewer

DONE = {
    "claim": "This task is yours.",
    "unclaim": "You have put the task back.",
    "assign": "The task has been given on.",
    "delegate": "The task has been handed on; it comes back to you.",
    "snooze": "The task is put aside.",
    "comment": "Your comment is kept.",
    "complete": "Completed.",
    "set_due_date": "The due date is changed.",
}
OFF_THE_DESK = {"complete", "snooze", "unclaim", "assign", "delegate"}  # what comes next is another task
TONES = {
    CommandState.APPLIED: "good",
    CommandState.PENDING: "warn",
    CommandState.REFUSED: "wrong",
    CommandState.DEAD: "wrong",
}


@dataclass(frozen=True)
class ActOutcome:
    """One act of the viewer as it stands; `task_id` names the task it was meant for."""

    state: CommandState
    name: str
    task_id: str
    tone: str
    title: str
    next: str
    tries_again_at: datetime | None

    @property
    def leads_on(self) -> bool:
        """Whether the task is off the viewer's desk now, so that another one is next."""
        return self.state is CommandState.APPLIED and self.name in OFF_THE_DESK

    @property
    def kept(self) -> bool:
        """Whether what was typed waits in the form for another try."""
        return self.state in (CommandState.REFUSED, CommandState.DEAD)


def outcome_of(session: Session, viewer: Viewer, act: str) -> ActOutcome | None:
    """The outcome of the act that the address names; nobody sees another person's."""
    if not act:
        return None
    try:
        command = commands.find(session, UUID(act))
    except ValueError:
        return None
    return _outcome(command) if command is not None and command.actor == viewer.actor else None


def _outcome(command: Command) -> ActOutcome:
    state = CommandState(command.state)
    answer = command.answer or {}
    titles = {
        CommandState.APPLIED: DONE.get(command.name, "Done."),
        CommandState.PENDING: "Saved, not yet applied.",
        CommandState.REFUSED: str(answer.get("message", "This could not be done.")),
        CommandState.DEAD: "This task is no longer open.",
    }
    nexts = {
        CommandState.APPLIED: "",
        CommandState.PENDING: "Mainstay applies it as soon as its workers answer; nothing has to be typed "
        "again. This page then shows the result.",
        CommandState.REFUSED: "Nothing was changed.",
        CommandState.DEAD: "Nothing was changed. Its history says how it ended.",
    }
    return ActOutcome(
        state=state,
        name=command.name,
        task_id=command.target.removeprefix("task/"),
        tone=TONES[state],
        title=titles[state],
        next=nexts[state],
        tries_again_at=command.next_attempt_at if state is CommandState.PENDING else None,
    )
