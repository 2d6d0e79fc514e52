"""Fact sheets: what was known about a tutor when rules were looked at."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Counter, Document, Moment, Session

# The second part finds those that are there already; a sheet is stored once for the same facts of an instant.
STORE = """
WITH told AS (
    SELECT tutor_number, as_of, trigger, session_id, facts, decode(digest, 'hex') AS digest
    FROM jsonb_to_recordset(CAST(:sheets AS jsonb))
        AS told (tutor_number int, as_of timestamptz, trigger text, session_id text, facts jsonb, digest text)
), stored AS (
    INSERT INTO fact_sheets (tutor_number, as_of, trigger, session_id, facts, digest)
    SELECT * FROM told ORDER BY tutor_number, digest
    ON CONFLICT (tutor_number, as_of, digest) DO NOTHING RETURNING id, tutor_number, digest
)
SELECT id, tutor_number, encode(digest, 'hex') AS digest FROM stored
UNION ALL
SELECT f.id, f.tutor_number, encode(f.digest, 'hex') FROM fact_sheets f JOIN told
    ON f.tutor_number = told.tutor_number AND f.as_of = told.as_of AND f.digest = told.digest
"""


class FactSheet(Base):
    """Stored for every decision, and for every tutor once a day."""

    __tablename__ = "fact_sheets"
    __table_args__ = (Index("uq_fact_sheets_facts", "tutor_number", "as_of", "digest", unique=True),)

    id: Mapped[Counter]
    tutor_number: Mapped[int]
    as_of: Mapped[Moment]
    trigger: Mapped[str]
    session_id: Mapped[str | None]
    facts: Mapped[Document]
    digest: Mapped[bytes] = mapped_column(LargeBinary)


def store(session: Session, sheets: Sequence[Mapping[str, Any]]) -> dict[tuple[int, str], int]:
    """Keep sheets (digest as hex); the number of each by tutor and digest. Repeatable."""
    if not sheets:
        return {}
    rows = session.execute(text(STORE), {"sheets": orjson.dumps(list(sheets)).decode()})
    return {(row.tutor_number, row.digest): row.id for row in rows}
