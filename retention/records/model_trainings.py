"""Trainings of models, their challengers' cards, and what shadow scoring would have changed. Staff only."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, select, text, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from retention.messages.model_card import CardContent, Condition
from retention.messages.training import DecideModel
from retention.records import model_versions
from retention.records.announcements import announce
from retention.records.commands import UPKEEP, NewCommand
from retention.records.database import Base, Moment, Session
from retention.records.model_versions import PromotionLine
from retention.vocabulary import CommandKind, ModelKind, Promotion

OPEN = ("shadow", "waiting")
LEARNING = "learning"  # asked for; there is no challenger yet
FORGOTTEN = timedelta(days=1)  # real time without a challenger, after which another one may be learnt
BROKEN_OFF = "Nothing has been heard of it for a day."
TOPIC = "model"
ASK_LOCK = 7_319  # advisory: two who ask for a training come one after the other


class ModelTraining(Base):
    """One run of the workflow; its id is the workflow's. At most one of a kind waits at a time."""

    __tablename__ = "model_trainings"
    __table_args__ = (
        CheckConstraint(
            "state IN ('learning', 'shadow', 'waiting', 'promoted', 'rejected', 'expired',"
            " 'nothing_learnt', 'not_applied')",
            name="state",
        ),
        CheckConstraint("(version_id IS NULL) = (card IS NULL)", name="a_version_has_a_card"),
        CheckConstraint("kind IN ('churn', 'first_session')", name="kind"),
        Index("ix_model_trainings_begun", "begun_at"),
    )

    training_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(default=ModelKind.CHURN)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id"), unique=True)
    begun_at: Mapped[Moment]  # business time, as all here
    state: Mapped[str]
    words: Mapped[str]  # what there is to say of the state
    card: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    conditions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    settled_at: Mapped[Moment | None]
    asked_at: Mapped[Moment | None]  # real time: process health


class ModelShadowDay(Base):
    """What a challenger would have changed on one day."""

    __tablename__ = "model_shadow_days"
    __table_args__ = (
        CheckConstraint("tutors >= 0", name="tutors"),
        CheckConstraint("band_changes BETWEEN 0 AND 1", name="band_changes"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("model_versions.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    beside: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id"))  # None: the component score
    as_of: Mapped[Moment]
    tutors: Mapped[int]
    score_change: Mapped[float]  # points, mean of the absolute changes
    band_changes: Mapped[float]  # share of tutors


def ask(session: Session, training_id: str, *, kind: ModelKind, at: datetime) -> bool:
    """Note that a training begins, unless one of its kind is in hand; whether it may. A lost one ends."""
    session.execute(select(func.pg_advisory_xact_lock(ASK_LOCK)))
    now = datetime.now(UTC)  # process health, not business time
    alike = ModelTraining.kind == kind
    lost = update(ModelTraining).where(
        alike, ModelTraining.state == LEARNING, ModelTraining.asked_at < now - FORGOTTEN
    )
    session.execute(lost.values(state="nothing_learnt", words=BROKEN_OFF, settled_at=at))
    busy = select(ModelTraining.training_id).where(
        (alike & ModelTraining.state.in_([LEARNING, *OPEN])) | (ModelTraining.training_id == training_id)
    )
    if session.scalars(busy.limit(1)).first() is not None:
        return False
    told = {"begun_at": at, "state": LEARNING, "words": "It is being learnt.", "asked_at": now}
    session.add(ModelTraining(training_id=training_id, kind=kind, conditions=[], **told))
    session.flush()
    announce(session, TOPIC, [training_id])
    return True


def begin(session: Session, training: ModelTraining) -> None:
    """Write a training with its challenger, in the challenger's own transaction."""
    session.merge(training)
    session.flush()
    announce(session, TOPIC, [training.training_id])


def training(session: Session, training_id: str) -> ModelTraining | None:
    """One training, if it has come so far."""
    return session.get(ModelTraining, training_id)


def training_of(session: Session, version_id: int) -> ModelTraining | None:
    """The training that a version came from."""
    return session.scalar(select(ModelTraining).where(ModelTraining.version_id == version_id))


def in_hand(session: Session, kind: ModelKind) -> ModelTraining | None:
    """The newest training of a kind whose challenger waits for somebody."""
    wanted = select(ModelTraining).where(ModelTraining.kind == kind, ModelTraining.state.in_(OPEN))
    return session.scalars(wanted.order_by(ModelTraining.begun_at.desc()).limit(1)).first()


def all_in_hand(session: Session) -> list[str]:
    """The trainings, of every kind, whose challenger is in the shadow or waits."""
    return list(session.scalars(select(ModelTraining.training_id).where(ModelTraining.state.in_(OPEN))))


def being_learnt(session: Session, kind: ModelKind) -> ModelTraining | None:
    """The training of a kind whose challenger is being learnt."""
    wanted = select(ModelTraining).where(ModelTraining.kind == kind, ModelTraining.state == LEARNING)
    return session.scalars(wanted.limit(1)).first()


def newest(session: Session, kind: ModelKind) -> ModelTraining | None:
    """The training of a kind that began last."""
    wanted = select(ModelTraining).where(ModelTraining.kind == kind)
    return session.scalars(wanted.order_by(ModelTraining.begun_at.desc()).limit(1)).first()


def card_of(session: Session, version_id: int) -> CardContent | None:
    """A version's card."""
    known = training_of(session, version_id)
    return CardContent.model_validate(known.card) if known is not None and known.card else None


def conditions_of(known: ModelTraining) -> list[Condition]:
    """What the promotion rule says of a training's challenger by now."""
    return [Condition.model_validate(one) for one in known.conditions]


def weigh(session: Session, training_id: str, conditions: Sequence[Condition], *, waiting: bool) -> None:
    """Keep what the promotion rule says now."""
    values: dict[str, Any] = {"conditions": [one.model_dump() for one in conditions]}
    if waiting:
        values |= {"state": "waiting", "words": "A person decides."}
    session.execute(
        update(ModelTraining)
        .where(ModelTraining.training_id == training_id, ModelTraining.state.in_(OPEN))
        .values(**values)
    )
    announce(session, TOPIC, [training_id])


def settle(session: Session, training_id: str, *, state: str, words: str, at: datetime) -> bool:
    """How a training ended; whether it does now. Repeatable: the first ending stands."""
    ended = session.scalar(
        update(ModelTraining)
        .where(ModelTraining.training_id == training_id, ModelTraining.state.in_(OPEN))
        .values(state=state, words=words, settled_at=at)
        .returning(ModelTraining.training_id)
    )
    announce(session, TOPIC, [training_id])
    return ended is not None


def end_lost(session: Session, training_id: str, *, words: str, actor: str, at: datetime) -> int | None:
    """End a training that runs no more and set its challenger aside; its number, None if it has ended.

    Repeatable. What the workflow itself has written of its end stands.
    """
    known = session.get(ModelTraining, training_id, with_for_update=True)
    if known is None or known.version_id is None or known.state not in OPEN:
        return None
    model_versions.reject(session, known.version_id, actor=actor, reason=words, at=at)
    settle(session, training_id, state="not_applied", words=words, at=at)
    return known.version_id


def keep_shadow(session: Session, **day: object) -> None:
    """Keep a day of shadow scoring. Repeatable: the first look stands."""
    session.execute(insert(ModelShadowDay).values(day).on_conflict_do_nothing())


def shadow_days(session: Session, version_id: int) -> Sequence[ModelShadowDay]:
    """The days of a challenger's shadow scoring, in order."""
    wanted = select(ModelShadowDay).where(ModelShadowDay.version_id == version_id)
    return session.scalars(wanted.order_by(ModelShadowDay.day)).all()


def last_promotion(session: Session, kind: ModelKind) -> datetime | None:
    """When a model of a kind was promoted last."""
    wanted = select(func.max(PromotionLine.at))
    return session.scalar(
        wanted.where(PromotionLine.kind == kind, PromotionLine.decision == Promotion.PROMOTE)
    )


def time_zones(session: Session) -> dict[int, str]:
    """Each tutor's time zone: the one thing like a place that is known, for slices of the card only."""
    return {
        row.number: row.time_zone for row in session.execute(text("SELECT number, time_zone FROM tutors"))
    }


def main_subjects(session: Session) -> dict[int, str]:
    """The subject that each tutor named first, for slices of the card only."""
    named = text("SELECT number, subjects[1] AS subject FROM tutors WHERE cardinality(subjects) > 0")
    return {row.number: row.subject for row in session.execute(named)}


def word_of(decision: DecideModel, *, training_id: str) -> NewCommand:
    """The command that brings a person's word to the training that waits for it."""
    return NewCommand(
        id=UUID(decision.command_id),
        namespace=UPKEEP,
        target=training_id,
        kind=CommandKind.UPDATE,
        name="decide",
        payload=decision.model_dump(mode="json"),
        actor=decision.actor,
    )
