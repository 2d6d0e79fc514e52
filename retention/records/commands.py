"""Commands on their way to Temporal: written with their cause, delivered in order, exactly once."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Document, Moment


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
