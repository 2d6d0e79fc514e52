"""Where a tutor stands: last dates, flags, trends, tiers. Knows no churn score."""

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Document, Moment, Words

TIERS = "('exemplary', 'strong', 'developing', 'needs_attention', 'at_risk')"


class Standing(Base):
    """A tutor's standing now; one row a tutor."""

    __tablename__ = "standings"
    __table_args__ = (
        CheckConstraint(f"tier_provisional IN {TIERS}", name="tier_provisional"),
        CheckConstraint(f"tier_official IN {TIERS}", name="tier_official"),
    )

    tutor_number: Mapped[int] = mapped_column(primary_key=True)
    as_of: Mapped[Moment]
    rating_last_30: Mapped[float | None]  # mean of the last 30 rated sessions (PRD 2.1)
    rated_last_30: Mapped[int] = mapped_column(default=0)
    last_session_at: Mapped[Moment | None]
    last_login_at: Mapped[Moment | None]
    flags: Mapped[Words]  # names of metrics beyond their threshold
    trends: Mapped[Document]  # metric -> change against the window before
    tier_provisional: Mapped[str | None]
    tier_official: Mapped[str | None]
    tier_official_since: Mapped[date | None]


class TierDay(Base):
    """The provisional tier of a day; "for 30 days" counts on this series."""

    __tablename__ = "tier_days"
    __table_args__ = (CheckConstraint(f"tier IN {TIERS}", name="tier"),)

    tutor_number: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    tier: Mapped[str]
    official: Mapped[bool] = mapped_column(default=False)  # given at a monthly review
