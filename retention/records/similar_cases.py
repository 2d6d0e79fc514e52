"""What became of similar tutors whose case was carried out: counted, and no proof of anything. Staff only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from retention import policy
from retention.records.database import Session


@dataclass(frozen=True)
class SimilarCases:
    """Closed cases of the same programme of other tutors, in the same risk band and as new as this one."""

    band: str | None  # when the case was opened; None: not known then, so nobody is similar
    is_new: bool | None  # with us for less than policy.SIMILAR_NEW
    carried_out: int
    improved: int
    no_change: int
    worsened: int
    churned: int

    @property
    def measured(self) -> int:
        """Those of whom it is known what became of them."""
        return self.improved + self.no_change + self.worsened + self.churned


# The facts are those of the decision that opened each case: what was known before anything was done.
_OPENED = """
SELECT c.case_id, c.programme, c.tutor_number, f.facts ->> 'risk_band' AS band,
    CAST(f.facts ->> 'tenure_days' AS numeric) < :new_below AS is_new
FROM cases c JOIN decisions d ON d.id = c.decision_id JOIN fact_sheets f ON f.id = d.fact_sheet_id
"""
_SIMILAR = f"""
WITH own AS ({_OPENED} WHERE c.case_id = :case_id)
SELECT own.band, own.is_new, count(o.case_id) AS carried_out,
    count(*) FILTER (WHERE o.outcome = 'improved') AS improved,
    count(*) FILTER (WHERE o.outcome = 'no_change') AS no_change,
    count(*) FILTER (WHERE o.outcome = 'worsened') AS worsened,
    count(*) FILTER (WHERE o.outcome = 'churned') AS churned
FROM own LEFT JOIN (
    SELECT o.case_id, o.outcome, before.programme, before.tutor_number, before.band, before.is_new
    FROM case_outcomes o JOIN ({_OPENED}) before ON before.case_id = o.case_id
    WHERE o.acted_at IS NOT NULL AND o.closed_at <= :now
) o ON o.programme = own.programme AND o.band = own.band AND o.is_new = own.is_new
    AND o.tutor_number <> own.tutor_number
GROUP BY own.band, own.is_new
"""  # noqa: S608 (fixed words)


def similar_cases(session: Session, case_id: str, *, now: datetime) -> SimilarCases | None:
    """What became of tutors like the case's own by a business instant; None when there is no such case."""
    asked = {"case_id": case_id, "now": now, "new_below": policy.SIMILAR_NEW.days}
    row = session.execute(text(_SIMILAR), asked).mappings().one_or_none()
    return SimilarCases(**row) if row is not None else None
