"""What tutors do outside sessions: logins, availability, answers, training, leave, notice."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Document, Moment

KINDS = (
    "('onboarded', 'login', 'availability_changed', 'message_answered', 'training_assigned', "
    "'training_completed', 'resignation_notice', 'leave_started', 'leave_ended')"
)
STANDING = "kind IN ('leave_started', 'leave_ended', 'resignation_notice')"  # what decides a tutor's status


class BehaviourEvent(Base):
    """One behaviour event, as posted. `amount` is the kind's number in its own unit:

    login: minutes of preparation; availability_changed: hours per week; message_answered: minutes.
    """

    __tablename__ = "behaviour_events"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("origin IN ('real', 'synthetic')", name="origin"),
        Index("ix_behaviour_events_tutor_time", "tutor_number", "event_time"),
        Index("ix_behaviour_events_standing", "tutor_number", "event_time", postgresql_where=STANDING),
    )

    event_id: Mapped[str] = mapped_column(primary_key=True)
    tutor_number: Mapped[int] = mapped_column(ForeignKey("tutors.number"))
    kind: Mapped[str]
    event_time: Mapped[Moment]
    known_at: Mapped[Moment]
    origin: Mapped[str]
    amount: Mapped[float | None]
    module: Mapped[str | None]
    until: Mapped[Moment | None]  # leave: planned end; resignation: effective on
    details: Mapped[Document]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
