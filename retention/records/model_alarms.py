"""Alarms about models: what has moved away from what was learnt. Staff only."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.announcements import announce
from retention.records.database import Base, Counter, Document, Moment, Session
from retention.records.model_versions import ModelVersion
from retention.vocabulary import ModelKind


class ModelAlarm(Base):
    """One alarm of one day about one version; never written twice."""

    __tablename__ = "model_alarms"
    __table_args__ = (
        CheckConstraint("kind IN ('features', 'scores', 'calibration', 'running_sum')", name="kind"),
        Index("uq_model_alarms_day", "version_id", "day", "kind", unique=True),
    )

    id: Mapped[Counter]
    version_id: Mapped[int] = mapped_column(ForeignKey("model_versions.id"))
    day: Mapped[date]
    kind: Mapped[str]
    says: Mapped[str]
    details: Mapped[Document]
    at: Mapped[Moment]  # business time


def raise_(session: Session, *, version_id: int, alarms: Sequence[dict[str, Any]]) -> None:
    """Keep alarms. Repeatable: an alarm of a day stands as it was first raised."""
    if alarms:
        rows = [alarm | {"version_id": version_id} for alarm in alarms]
        session.execute(insert(ModelAlarm).values(rows).on_conflict_do_nothing())
        announce(session, "model", [version_id])


def all_raised(session: Session, version_id: int, kinds: Collection[str], *, since: date) -> bool:
    """Whether a version has had an alarm of each of these kinds on a day from `since` on."""
    wanted = select(func.count(ModelAlarm.kind.distinct())).where(
        ModelAlarm.version_id == version_id, ModelAlarm.kind.in_(kinds), ModelAlarm.day >= since
    )
    return session.scalar(wanted) == len(set(kinds))


def newest(session: Session, kind: ModelKind, *, limit: int = 20) -> Sequence[ModelAlarm]:
    """The newest alarms about models of a kind first."""
    wanted = select(ModelAlarm).join(ModelVersion, ModelVersion.id == ModelAlarm.version_id)
    wanted = wanted.where(ModelVersion.kind == kind).order_by(ModelAlarm.id.desc())
    return session.scalars(wanted.limit(limit)).all()
