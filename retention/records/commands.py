"""Commands on their way to Temporal: written with their cause, delivered in order, exactly once."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
from pydantic import BaseModel, Field
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from retention.messages.alerts import AlertMailOrder
from retention.messages.cases import AlsoFound, RuleResolved, StartCase
from retention.messages.effects import StartEffectReview
from retention.messages.tasks import SYSTEM
from retention.programmes.registry import PROGRAMMES
from retention.records.announcements import Channel, wake
from retention.records.database import Base, Document, Moment, Session
from retention.vocabulary import CommandKind

CASES = "cases"  # the namespace that managers follow
UPKEEP = "upkeep"  # the namespace of the machinery
TOLD = "id, namespace, target, kind, name, payload, actor"
# In their order: `seq` says which of one target comes first.
PUT = f"""
INSERT INTO commands ({TOLD}, state, attempts, created_at, next_attempt_at)
SELECT {TOLD}, 'pending', 0, :at, :at
FROM jsonb_populate_recordset(CAST(NULL AS commands), CAST(:rows AS jsonb)) WITH ORDINALITY AS told
ORDER BY told.ordinality
ON CONFLICT (id) DO NOTHING
"""  # noqa: S608 (names of our own columns)


class Command(Base):
    """A start, signal or update of one workflow (`target`).

    `id` is the Temporal update id, or travels in the signal, or guards the start by the workflow
    id; a second delivery changes nothing. `seq` orders the commands of one target.
    """

    __tablename__ = "commands"
    __table_args__ = (
        CheckConstraint("kind IN ('start', 'signal', 'update')", name="kind"),
        CheckConstraint("state IN ('pending', 'applied', 'refused', 'dead')", name="state"),
        Index("ix_commands_pending", "target", "seq", postgresql_where="state = 'pending'"),
        Index("uq_commands_seq", "seq", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, Identity())
    namespace: Mapped[str]  # cases or upkeep, mapped to the configured name at delivery
    target: Mapped[str]  # workflow id
    kind: Mapped[str]
    name: Mapped[str]  # workflow type, signal or update
    payload: Mapped[Document]
    actor: Mapped[str]
    state: Mapped[str] = mapped_column(default="pending")
    created_at: Mapped[Moment]  # real time: this is process health
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[Moment]
    settled_at: Mapped[Moment | None]
    answer: Mapped[Document | None]  # applied: the update's result; refused: {type, message}


class NewCommand(BaseModel):
    """A command as its cause writes it."""

    id: UUID = Field(default_factory=uuid4)
    namespace: str = CASES
    target: str
    kind: CommandKind
    name: str
    payload: dict[str, Any]
    actor: str


def put(session: Session, commands: Sequence[NewCommand]) -> list[UUID]:
    """Write commands with their cause, in one statement; the relay is woken when they are kept.

    Repeatable: a command whose id is known stays as it is, so that a form sent twice acts once.
    """
    if not commands:
        return []
    at = datetime.now(UTC)  # process health, not business time
    rows = [command.model_dump(mode="json") for command in commands]
    session.execute(text(PUT), {"at": at, "rows": orjson.dumps(rows).decode()})
    wake(session, Channel.COMMANDS)
    return [command.id for command in commands]


def find(session: Session, command_id: UUID) -> Command | None:
    """The command as it stands."""
    return session.get(Command, command_id)


def start_of(case: StartCase) -> NewCommand:
    """The command that starts a case; a second one of the same case changes nothing."""
    return NewCommand(
        target=case.case_id,
        kind=CommandKind.START,
        name=PROGRAMMES[case.programme].workflow,
        payload=case.model_dump(mode="json"),
        actor=case.rule_id,
    )


def effect_review_of(review: StartEffectReview) -> NewCommand:
    """The command that starts the look at what became of a subject; a second one changes nothing."""
    return NewCommand(
        namespace=UPKEEP,
        target=f"effect/{review.subject}",
        kind=CommandKind.START,
        name="EffectReview",
        payload=review.model_dump(mode="json"),
        actor=SYSTEM,
    )


def alert_mail_of(order: AlertMailOrder, *, target: str, command_id: UUID | None = None) -> NewCommand:
    """The command that has colleagues written to about alerts; a second one of a target changes nothing."""
    return NewCommand(
        id=command_id or uuid4(),
        namespace=UPKEEP,
        target=target,
        kind=CommandKind.START,
        name="AlertMail",
        payload=order.model_dump(mode="json"),
        actor=SYSTEM,
    )


def resolution_of(
    case_id: str, *, at: datetime, reason: str, rule_id: str, rule_changed: bool = False
) -> NewCommand:
    """The command that tells a case that the fact behind it no longer holds, or that its rule was changed."""
    command_id = uuid4()
    said = RuleResolved(command_id=str(command_id), at=at, reason=reason, rule_changed=rule_changed)
    return NewCommand(
        id=command_id,
        target=case_id,
        kind=CommandKind.SIGNAL,
        name="rule_resolved",
        payload=said.model_dump(mode="json"),
        actor=rule_id,
    )


def finding_for(case_id: str, found: AlsoFound) -> NewCommand:
    """The command that tells an open case what another rule has found; it bears the finding's own id."""
    return NewCommand(
        id=UUID(found.command_id),
        target=case_id,
        kind=CommandKind.SIGNAL,
        name="also_found",
        payload=found.model_dump(mode="json"),
        actor=found.rule_id,
    )
