"""Decisions: what rules did and did not do, with the fact sheet that they saw."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Counter, Moment, Session

STORED = (
    "key, tutor_number, rule_id, rulebook_version, verdict, reason, episode, session_id, fact_sheet_id,"
    " explanation, engine, as_of, case_id, shadow"
)
STORE = f"""
INSERT INTO decisions ({STORED})
SELECT {STORED} FROM jsonb_populate_recordset(CAST(NULL AS decisions), CAST(:rows AS jsonb))
ON CONFLICT (key) DO NOTHING RETURNING key, id
"""  # noqa: S608 (names of our own columns)
# As `rules.decisions.record_of` has it, with the digest of the facts.
RECORDED = """
SELECT d.key, d.tutor_number, d.rule_id, d.verdict, d.reason, d.episode, d.session_id, d.explanation, d.as_of,
    d.case_id, d.shadow, encode(f.digest, 'hex') AS facts
FROM decisions d JOIN fact_sheets f ON f.id = d.fact_sheet_id
WHERE d.as_of >= :begin AND d.as_of < :end
    AND (CAST(:tutors AS int[]) IS NULL OR d.tutor_number = ANY(:tutors))
ORDER BY d.id
"""


LAST = """
SELECT DISTINCT ON (rule_id) rule_id, verdict, reason AS says, as_of AS at, case_id FROM decisions
WHERE tutor_number = :tutor AND as_of <= :at ORDER BY rule_id, id DESC
"""


class Decision(Base):
    """One verdict; `key` makes a repeated evaluation harmless."""

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint("verdict IN ('fire', 'escalate', 'resolve', 'suppressed')", name="verdict"),
        CheckConstraint("(verdict = 'suppressed') <= (reason <> '')", name="suppression_has_reason"),
        Index("ix_decisions_tutor", "tutor_number", "as_of"),
        Index("ix_decisions_rule", "rule_id", "as_of"),
    )

    id: Mapped[Counter]
    key: Mapped[str] = mapped_column(unique=True)
    tutor_number: Mapped[int] = mapped_column(ForeignKey("tutors.number"))
    rule_id: Mapped[str]
    rulebook_version: Mapped[int] = mapped_column(ForeignKey("rulebook_versions.version"))
    verdict: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")  # suppressed: by what, in words
    episode: Mapped[str]
    session_id: Mapped[str | None]
    fact_sheet_id: Mapped[int] = mapped_column(ForeignKey("fact_sheets.id"))
    explanation: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB
    )  # leaves: field, value, op, threshold, unit, result
    engine: Mapped[str]
    as_of: Mapped[Moment]
    case_id: Mapped[str | None] = mapped_column(index=True)
    shadow: Mapped[bool] = mapped_column(
        default=False
    )  # of a rule on trial: recorded, and nothing came of it


def store(session: Session, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Keep decisions; the numbers by key of those that are new. Repeatable: a known key is passed over."""
    if not rows:
        return {}
    stored = session.execute(text(STORE), {"rows": orjson.dumps(list(rows)).decode()})
    return {row.key: row.id for row in stored}


def recorded(
    session: Session, begin: datetime, end: datetime, *, tutors: Collection[int] | None = None
) -> list[dict[str, Any]]:
    """What was decided in a time, [begin, end), for a replay to be compared with."""
    wanted = {"begin": begin, "end": end, "tutors": None if tutors is None else sorted(tutors)}
    return [dict(row) for row in session.execute(text(RECORDED), wanted).mappings()]


def last_of_rules(session: Session, tutor_number: int, *, at: datetime) -> list[dict[str, Any]]:
    """What each rule came to last for a tutor by an instant: rule_id, verdict, says, at, case_id."""
    wanted = {"tutor": tutor_number, "at": at}
    return [dict(row) for row in session.execute(text(LAST), wanted).mappings()]
