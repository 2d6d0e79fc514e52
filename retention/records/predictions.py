"""What each model foretold of a tutor's day: the champion, and in the shadow challengers. Staff only."""

from datetime import date

from sqlalchemy import ARRAY, REAL, CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Moment


class Prediction(Base):
    """One model's word on one tutor's day: once, and again only when something grave became known."""

    __tablename__ = "predictions"
    __table_args__ = (
        CheckConstraint("p1 <= p7 AND p7 <= p30 AND p30 <= p90", name="horizons_in_order"),
        CheckConstraint("p1 >= 0 AND p90 <= 1", name="probabilities"),
        Index("ix_predictions_version_day", "version_id", "day"),
    )

    tutor_number: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("model_versions.id"), primary_key=True)
    as_of: Mapped[Moment]  # what was known by then
    seen_until: Mapped[date]  # the last day looked at
    p1: Mapped[float]
    p7: Mapped[float]
    p30: Mapped[float]
    p90: Mapped[float]
    values: Mapped[list[float]] = mapped_column(ARRAY(REAL))  # the features, in the version's order
    contributions: Mapped[dict[str, float]] = mapped_column(JSONB)  # feature -> share of the log odds
    window_days: Mapped[int]  # the window that these explain: the one with the largest relative risk
