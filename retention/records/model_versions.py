"""Models as they were learnt, which of them serves, and who decided so. `ml` alone opens artefacts."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, select, update
from sqlalchemy.orm import Mapped, mapped_column

from retention.errors import NotFound, Refusal
from retention.records.database import Base, Counter, Document, Moment, Session
from retention.vocabulary import ModelKind, ModelStage, Promotion

ONE_CHAMPION = "stage = 'champion'"


class ModelVersion(Base):
    """One model as it was learnt; only its stage and its card ever change."""

    __tablename__ = "model_versions"
    __table_args__ = (
        CheckConstraint("kind IN ('churn', 'first_session')", name="kind"),
        CheckConstraint("stage IN ('challenger', 'champion', 'retired', 'rejected')", name="stage"),
        CheckConstraint("data_to >= data_from", name="data_in_order"),
        CheckConstraint("learnt_until BETWEEN data_from AND data_to", name="learnt_in_order"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        Index("uq_model_versions_champion", "kind", unique=True, postgresql_where=ONE_CHAMPION),
        Index("ix_model_versions_kind", "kind", "created_at"),
    )

    id: Mapped[Counter]
    kind: Mapped[str]
    algorithm: Mapped[str]  # e.g. xgboost, logistic
    feature_schema: Mapped[str]  # digest of the features in their order: another one is another model
    data_from: Mapped[date]  # first and last UTC day of its history; the last ones have judged it
    data_to: Mapped[date]
    learnt_until: Mapped[date]  # the last day that has taught it anything, calibration included
    rows: Mapped[int]
    tutors: Mapped[int]
    events: Mapped[int]  # different departures seen
    params: Mapped[Document]
    seed: Mapped[int]
    metrics: Mapped[Document]
    calibration: Mapped[Document]  # slope, shift, and `base`: horizon in days -> share gone within it
    anchors_version: Mapped[str]
    artefact: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str]
    card: Mapped[str] = mapped_column(default="")  # Markdown
    stage: Mapped[str] = mapped_column(default=ModelStage.CHALLENGER)
    created_at: Mapped[Moment]  # business time


class PromotionLine(Base):
    """What somebody decided about a model. Append-only: a trigger refuses change and removal."""

    __tablename__ = "promotions"
    __table_args__ = (
        CheckConstraint("decision IN ('promote', 'reject', 'roll_back')", name="decision"),
        CheckConstraint("kind IN ('churn', 'first_session')", name="kind"),
        CheckConstraint("reason <> ''", name="reason"),
        Index("ix_promotions_kind", "kind", "id"),
    )

    id: Mapped[Counter]
    kind: Mapped[str]
    decision: Mapped[str]
    actor: Mapped[str]  # as in `audit`
    reason: Mapped[str]
    at: Mapped[Moment]  # business time
    from_version: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id"))  # champion before
    to_version: Mapped[int] = mapped_column(ForeignKey("model_versions.id"))  # decided about; after: serves


def store(session: Session, version: ModelVersion, *, artefact: bytes) -> int:
    """Keep a new challenger with its bytes and their hash; returns its number."""
    version.stage, version.artefact = ModelStage.CHALLENGER, artefact
    version.sha256 = hashlib.sha256(artefact).hexdigest()
    session.add(version)
    session.flush()
    return version.id


def version(session: Session, number: int) -> ModelVersion:
    """One version, without its bytes. Raises NotFound."""
    found = session.get(ModelVersion, number)
    if found is None:
        raise NotFound("There is no such model.", instead="Look at the list of models.")
    return found


def versions(session: Session, kind: ModelKind, *, limit: int = 50) -> Sequence[ModelVersion]:
    """The versions of a kind, the newest first."""
    wanted = select(ModelVersion).where(ModelVersion.kind == kind).order_by(ModelVersion.id.desc())
    return session.scalars(wanted.limit(limit)).all()


def champion(session: Session, kind: ModelKind) -> ModelVersion | None:
    """The version that serves."""
    return session.scalar(
        select(ModelVersion).where(ModelVersion.kind == kind, ModelVersion.stage == ModelStage.CHAMPION)
    )


def champion_before(session: Session, kind: ModelKind) -> ModelVersion | None:
    """The version that served before today's champion was promoted, unless it was rolled back itself."""
    now = champion(session, kind)
    if now is None:
        return None
    line = session.scalar(
        select(PromotionLine)
        .where(PromotionLine.to_version == now.id, PromotionLine.decision == Promotion.PROMOTE)
        .order_by(PromotionLine.id.desc())
        .limit(1)
    )
    return None if line is None or line.from_version is None else version(session, line.from_version)


def artefact_of(session: Session, number: int) -> bytes:
    """A version's bytes. Whoever opens them compares their hash first. Raises NotFound."""
    found = session.scalar(select(ModelVersion.artefact).where(ModelVersion.id == number))
    if found is None:
        raise NotFound("There is no such model.", instead="Look at the list of models.")
    return found


def promotions(session: Session, kind: ModelKind, *, limit: int = 100) -> Sequence[PromotionLine]:
    """What was decided about models of a kind, the newest first."""
    wanted = select(PromotionLine).where(PromotionLine.kind == kind).order_by(PromotionLine.id.desc())
    return session.scalars(wanted.limit(limit)).all()


def promote(session: Session, number: int, *, actor: str, reason: str, at: datetime) -> None:
    """A challenger becomes champion, the champion retires. Repeatable. Raises NotFound, Refusal."""
    chosen, before = _held(session, number)
    if chosen.stage == ModelStage.CHAMPION:
        return
    _must_be_a_challenger(chosen)
    _must_be_whole(session, chosen)
    _serve(session, chosen, instead_of=before)
    _note(session, Promotion.PROMOTE, chosen, before=before, actor=actor, reason=reason, at=at)


def reject(session: Session, number: int, *, actor: str, reason: str, at: datetime) -> None:
    """A challenger will not serve. Repeatable. Raises NotFound, Refusal."""
    chosen, before = _held(session, number)
    if chosen.stage == ModelStage.REJECTED:
        return
    _must_be_a_challenger(chosen)
    chosen.stage = ModelStage.REJECTED
    session.flush()
    _note(session, Promotion.REJECT, chosen, before=before, actor=actor, reason=reason, at=at)


def roll_back(session: Session, kind: ModelKind, *, actor: str, reason: str, at: datetime) -> int:
    """The champion before serves again; returns its number. Raises Refusal when there is none."""
    _hold(session, kind)
    now, before = champion(session, kind), champion_before(session, kind)
    if now is None or before is None:
        raise Refusal("No earlier model has served.", instead="Promote another one.")
    _must_be_whole(session, before)
    _serve(session, before, instead_of=now)
    _note(session, Promotion.ROLL_BACK, before, before=now, actor=actor, reason=reason, at=at)
    return before.id


def _held(session: Session, number: int) -> tuple[ModelVersion, ModelVersion | None]:
    """A version and its kind's champion, with all other decisions about the kind kept waiting."""
    kind = ModelKind(version(session, number).kind)
    _hold(session, kind)
    return version(session, number), champion(session, kind)


def _hold(session: Session, kind: ModelKind) -> None:
    rows = select(ModelVersion).where(ModelVersion.kind == kind).order_by(ModelVersion.id)
    session.scalars(rows.with_for_update().execution_options(populate_existing=True)).all()


def _serve(session: Session, chosen: ModelVersion, *, instead_of: ModelVersion | None) -> None:
    if instead_of is not None:  # first, for there is never more than one
        retired = update(ModelVersion).where(ModelVersion.id == instead_of.id)
        session.execute(retired.values(stage=ModelStage.RETIRED))
    serving = update(ModelVersion).where(ModelVersion.id == chosen.id)
    session.execute(serving.values(stage=ModelStage.CHAMPION))


def _must_be_a_challenger(chosen: ModelVersion) -> None:
    if chosen.stage != ModelStage.CHALLENGER:
        raise Refusal(f"This model is {chosen.stage} already.", instead="Decide about a newer one.")


def _must_be_whole(session: Session, chosen: ModelVersion) -> None:
    if hashlib.sha256(artefact_of(session, chosen.id)).hexdigest() != chosen.sha256:
        raise Refusal("The stored model is damaged: its hash differs.", instead="Learn it again.")


def _note(
    session: Session,
    decision: Promotion,
    chosen: ModelVersion,
    *,
    before: ModelVersion | None,
    actor: str,
    reason: str,
    at: datetime,
) -> None:
    session.add(
        PromotionLine(
            kind=chosen.kind, decision=decision, actor=actor, reason=reason, at=at,
            from_version=before.id if before else None, to_version=chosen.id,
        )
    )  # fmt: skip
    session.flush()
