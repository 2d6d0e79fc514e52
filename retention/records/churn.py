"""Churn scores, by day. Staff only: no tutor or student page may import this file."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Index, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Document, Moment


class ChurnScore(Base):
    """The last score of a tutor's day."""

    __tablename__ = "churn_scores"
    __table_args__ = (
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        CheckConstraint("raw_score BETWEEN 0 AND 100", name="raw_score"),
        CheckConstraint("band IN ('low', 'medium', 'high', 'critical')", name="band"),
        CheckConstraint("source IN ('model', 'component')", name="source"),
        CheckConstraint("p1 <= p7 AND p7 <= p30 AND p30 <= p90", name="horizons_in_order"),
        CheckConstraint("p1 >= 0 AND p7 >= 0 AND p30 >= 0 AND p90 <= 1 AND p30 <= 1", name="probabilities"),
        Index("ix_churn_scores_day", "day", "score"),
    )

    tutor_number: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    as_of: Mapped[Moment]
    score: Mapped[int] = mapped_column(SmallInteger)
    raw_score: Mapped[float]  # before rounding
    band: Mapped[str]  # with hysteresis: up at once, down after three days
    band_since: Mapped[date]
    source: Mapped[str]
    version: Mapped[str]  # of the estimator, e.g. component-1
    p1: Mapped[float | None]  # component source states only p30
    p7: Mapped[float | None]
    p30: Mapped[float]
    p90: Mapped[float | None]
    components: Mapped[Document]  # name -> 0-100
    patterns: Mapped[Document]  # name -> day since which it shows
    factors: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB
    )  # top three: name, value, peer median, unit, points
    inputs: Mapped[Document]  # what the components were computed from; unknown ones are left out
