"""Commands as a queue: taken in order per target by whoever delivers, and settled once.

Who takes a command holds it by its `next_attempt_at` (a lease): no transaction stays open while
Temporal is spoken to, and what a killed relay held comes back when the lease ends. All instants here
are real: this is process health.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import func, select, text, update

from retention.records.announcements import announce
from retention.records.commands import Command
from retention.records.database import Session
from retention.vocabulary import CommandKind, CommandState


class HeldCommand(BaseModel):
    """A command in delivery."""

    id: UUID
    namespace: str
    target: str
    kind: CommandKind
    name: str
    payload: dict[str, Any]
    attempts: int


class QueueHealth(BaseModel):
    """How much waits, and since when."""

    pending: int
    oldest: datetime | None


# Only the head of each target's line may be taken, so that a completion never overtakes the claim.
# SKIP LOCKED: two relays never wait for each other. In order of age, so that nobody starves.
_TAKE = """
UPDATE commands SET attempts = attempts + 1, next_attempt_at = :held_until
WHERE id IN (
    SELECT c.id FROM commands AS c
    WHERE c.state = 'pending' AND c.next_attempt_at <= :at
      AND NOT EXISTS (
          SELECT FROM commands AS e WHERE e.target = c.target AND e.state = 'pending' AND e.seq < c.seq)
    ORDER BY c.seq LIMIT :most FOR UPDATE SKIP LOCKED
)
RETURNING id, namespace, target, kind, name, payload, attempts
"""


def take(session: Session, *, at: datetime, held_until: datetime, most: int) -> list[HeldCommand]:
    """The next commands that are due, held by the caller until a real instant."""
    rows = session.execute(text(_TAKE), {"at": at, "held_until": held_until, "most": most})
    return [HeldCommand.model_validate(row._asdict()) for row in rows]


def settle(
    session: Session, command: HeldCommand, state: CommandState, *, answer: dict[str, Any], at: datetime
) -> None:
    """Write down what became of a command, and tell the pages. The first answer counts."""
    session.execute(
        update(Command)
        .where(Command.id == command.id, Command.state == CommandState.PENDING)
        .values(state=state, answer=answer, settled_at=at)
    )
    announce(session, "command", [str(command.id)])


def try_again(session: Session, command: HeldCommand, *, at: datetime) -> None:
    """Give a command back, to be delivered from a real instant on."""
    session.execute(
        update(Command)
        .where(Command.id == command.id, Command.state == CommandState.PENDING)
        .values(next_attempt_at=at)
    )


def pending_targets(session: Session, targets: Sequence[str]) -> set[str]:
    """Which of these workflows have commands on their way."""
    waiting = select(Command.target).where(Command.target.in_(targets), Command.state == CommandState.PENDING)
    return set(session.scalars(waiting))


def health(session: Session) -> QueueHealth:
    """How much waits for delivery."""
    count, oldest = session.execute(
        select(func.count(), func.min(Command.created_at)).where(Command.state == CommandState.PENDING)
    ).one()
    return QueueHealth(pending=count, oldest=oldest)
