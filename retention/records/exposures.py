"""Exposures: who would get an automated programme, and whether the lot let them. Both arms alike."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Moment, Session

STORE = """
INSERT INTO exposures
SELECT * FROM jsonb_populate_recordset(CAST(NULL AS exposures), CAST(:rows AS jsonb)) ON CONFLICT DO NOTHING
"""


class Exposure(Base):
    """One firing that nothing but the lot could hold back, written with its decision."""

    __tablename__ = "exposures"
    __table_args__ = (
        CheckConstraint("arm IN ('treated', 'holdout')", name="arm"),
        CheckConstraint("share > 0 AND share < 1", name="share"),
        CheckConstraint("(arm = 'treated') = (case_id IS NOT NULL)", name="treated_has_case"),
        Index("ix_exposures_programme", "programme", "at"),
        Index("ix_exposures_tutor", "tutor_number", "at"),
    )

    decision_id: Mapped[int] = mapped_column(
        ForeignKey("decisions.id"), primary_key=True, autoincrement=False
    )
    programme: Mapped[str]
    rule_id: Mapped[str]
    tutor_number: Mapped[int] = mapped_column(ForeignKey("tutors.number"))
    arm: Mapped[str]
    share: Mapped[float]  # of tutors in the holdout, as it was then
    at: Mapped[Moment]
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.case_id"))


def store(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep exposures: every column. Repeatable: one of a known decision is passed over."""
    if rows:
        session.execute(text(STORE), {"rows": orjson.dumps(list(rows)).decode()})
