"""Looks: what each judgement was given, so that the past can be judged again and drafts be tried on it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Counter, Document, Moment, Session, Words

AT_ONCE = 5_000  # rows fetched at a time
STORED = (
    "tutor_number, as_of, rulebook_version, moments, fact_sheet_id, circumstances, states, standing, holds"
)
STORE = f"""
INSERT INTO looks ({STORED})
SELECT {STORED} FROM jsonb_populate_recordset(CAST(NULL AS looks), CAST(:rows AS jsonb))
"""  # noqa: S608 (names of our own columns)
LAST = """
SELECT l.tutor_number, l.standing, l.fact_sheet_id FROM unnest(CAST(:tutors AS int[])) AS asked (number)
CROSS JOIN LATERAL (
    SELECT * FROM looks WHERE tutor_number = asked.number ORDER BY id DESC LIMIT 1
) l
"""
# In the order of judgement, each tutor's looks together; facts only where they are others than before.
BETWEEN = """
SELECT l.id, l.tutor_number, l.as_of, l.rulebook_version, l.moments, l.circumstances, l.states,
    CASE WHEN l.changed THEN f.facts END AS facts
FROM (
    SELECT *, fact_sheet_id IS DISTINCT FROM lag(fact_sheet_id) OVER (PARTITION BY tutor_number ORDER BY id)
        AS changed
    FROM looks WHERE as_of >= :begin AND as_of < :end AND fact_sheet_id IS NOT NULL
        AND (CAST(:tutors AS int[]) IS NULL OR tutor_number = ANY(:tutors))
) l JOIN fact_sheets f ON f.id = l.fact_sheet_id
ORDER BY l.tutor_number, l.id
"""
STATES_BEFORE = """
SELECT DISTINCT ON (l.tutor_number, left_by.rule_id) l.tutor_number, left_by.rule_id, left_by.state
FROM looks l CROSS JOIN LATERAL jsonb_each(l.states) AS left_by (rule_id, state)
WHERE l.as_of < :begin AND (CAST(:tutors AS int[]) IS NULL OR l.tutor_number = ANY(:tutors))
ORDER BY l.tutor_number, left_by.rule_id, l.id DESC
"""
HOLDING = """
SELECT held.rule_id, count(*) AS tutors FROM tutors t CROSS JOIN LATERAL (
    SELECT holds FROM looks WHERE tutor_number = t.number ORDER BY id DESC LIMIT 1
) l CROSS JOIN LATERAL unnest(l.holds) AS held (rule_id)
WHERE t.status <> 'churned' GROUP BY held.rule_id
"""


class Look(Base):
    """What one judgement of one tutor was given, and the states that it left (`rules.looks`)."""

    __tablename__ = "looks"
    __table_args__ = (Index("ix_looks_tutor", "tutor_number", "id"), Index("ix_looks_as_of", "as_of"))

    id: Mapped[Counter]
    tutor_number: Mapped[int] = mapped_column(ForeignKey("tutors.number"))
    as_of: Mapped[Moment]
    # None: nobody judged then, and it is kept for the tests of drafts alone.
    rulebook_version: Mapped[int | None] = mapped_column(ForeignKey("rulebook_versions.version"))
    moments: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)  # with the sessions' own facts
    # The tutor's facts, also when nothing has changed since an earlier sheet; None: what the states were
    # before looks were kept.
    fact_sheet_id: Mapped[int | None] = mapped_column(ForeignKey("fact_sheets.id"))
    circumstances: Mapped[Document]
    states: Mapped[Document]  # rule id -> the state that the judgement left, where it changed
    standing: Mapped[str]
    holds: Mapped[Words]


class LastLook(NamedTuple):
    """Where a tutor stood at the last look that was kept."""

    standing: str
    fact_sheet_id: int


def store(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep looks, as the columns of the table."""
    if rows:
        session.execute(text(STORE), {"rows": orjson.dumps(list(rows)).decode()})


def last_of(session: Session, tutors: Collection[int]) -> dict[int, LastLook]:
    """The last look at each of these tutors, in one statement."""
    rows = session.execute(text(LAST), {"tutors": sorted(tutors)})
    return {row.tutor_number: LastLook(row.standing, row.fact_sheet_id) for row in rows if row.fact_sheet_id}


def between(
    session: Session, begin: datetime, end: datetime, *, tutors: Collection[int] | None = None
) -> Iterator[dict[str, Any]]:
    """The looks of a time, [begin, end), each tutor's together and in the order of judgement.

    `facts` is None where a tutor's facts are those of the row before.
    """
    wanted = _wanted(begin, tutors) | {"end": end}
    with session.execute(text(BETWEEN), wanted, execution_options={"yield_per": AT_ONCE}) as looks:
        yield from (dict(look) for look in looks.mappings())


def states_before(
    session: Session, begin: datetime, *, tutors: Collection[int] | None = None
) -> list[dict[str, Any]]:
    """Where each rule stood with each tutor before an instant: tutor_number, rule_id, state."""
    rows = session.execute(text(STATES_BEFORE), _wanted(begin, tutors))
    return [dict(row) for row in rows.mappings()]


def holding(session: Session) -> dict[str, int]:
    """For how many tutors each rule holds, by their last looks; a rule that holds for none is left out."""
    return {row.rule_id: row.tutors for row in session.execute(text(HOLDING))}


def _wanted(begin: datetime, tutors: Collection[int] | None) -> dict[str, Any]:
    return {"begin": begin, "tutors": None if tutors is None else sorted(tutors)}
