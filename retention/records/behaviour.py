"""What tutors do outside sessions: logins, availability, answers, training, leave, notice."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from retention import policy
from retention.messages.ingestion import (
    AnyBehaviour,
    Availability,
    Leave,
    Login,
    MessageAnswered,
    OnboardedRecord,
    Training,
)
from retention.records.database import Base, Document, Moment, Session
from retention.vocabulary import Origin

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
        Index("ix_behaviour_events_known", "known_at", postgresql_using="brin"),
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


def row_of(record: AnyBehaviour) -> dict[str, Any]:
    """A behaviour event as a raw row, but for what all raw rows have."""
    details = record.details
    amount: float | None = None
    until = details.until if isinstance(details, Leave) else getattr(details, "effective_on", None)
    if isinstance(details, Login):
        amount = details.preparation_minutes
    elif isinstance(details, Availability):
        amount = details.hours_per_week
    elif isinstance(details, MessageAnswered):
        amount = details.response_minutes
    return {
        "kind": record.kind,
        "amount": amount,
        "module": details.module if isinstance(details, Training) else None,
        "until": until and until.astimezone(UTC),
        "details": details.model_dump(mode="json"),
    }


def profile_of(record: OnboardedRecord, *, origin: Origin) -> dict[str, Any]:
    """What an onboarding says about its tutor, as a row of `tutors`."""
    told = record.details.model_dump(mode="json")
    return told | {"external_id": record.tutor_id, "profile_time": record.event_time, "origin": origin}


def already_stored(session: Session, event_ids: Collection[str]) -> set[str]:
    """Which of these events are known."""
    found = session.scalars(
        text("SELECT event_id FROM behaviour_events WHERE event_id = ANY(:ids)"), {"ids": sorted(event_ids)}
    )
    return set(found)


# Rows lie in the order in which they became known, which is what a BRIN index is for.
HEARD = "SELECT EXISTS (SELECT FROM behaviour_events WHERE known_at > :since AND known_at <= :as_of)"


def heard_lately(session: Session, *, as_of: datetime) -> bool:
    """Whether anything that anybody did became known of late; else the platform is silent, not its tutors."""
    return bool(session.scalar(text(HEARD), {"since": as_of - policy.SILENT_AFTER, "as_of": as_of}))
