"""Versions of the rulebook, and where each rule stands with each tutor."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Index, RowMapping, text
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Counter, Document, Moment, Session

PUBLISH_LOCK = 7_303  # advisory: two publishers come one after the other
ACTIVE = "SELECT version FROM rulebook_versions WHERE digest = :digest AND active"
RETIRE = "UPDATE rulebook_versions SET active = false WHERE active"
PUBLISH = """
INSERT INTO rulebook_versions (digest, files, author, published_at, active)
VALUES (:digest, CAST(:files AS jsonb), :author, :at, true)
ON CONFLICT (digest) DO UPDATE SET active = true RETURNING version
"""
STATES = "SELECT tutor_number, rule_id, state FROM rule_states WHERE tutor_number = ANY(:tutors)"
STORE_STATES = """
INSERT INTO rule_states (tutor_number, rule_id, state, as_of)
SELECT tutor_number, rule_id, state, :as_of
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told (tutor_number int, rule_id text, state jsonb)
ON CONFLICT (tutor_number, rule_id) DO UPDATE SET state = excluded.state, as_of = excluded.as_of
"""


class RulebookVersion(Base):
    """One published text of the book; decisions point to it."""

    __tablename__ = "rulebook_versions"
    __table_args__ = (Index("uq_rulebook_versions_active", "active", unique=True, postgresql_where="active"),)

    version: Mapped[Counter]
    digest: Mapped[str] = mapped_column(unique=True)
    files: Mapped[Document]  # file name -> text
    author: Mapped[str]
    published_at: Mapped[Moment]
    active: Mapped[bool] = mapped_column(default=False)


class RuleState(Base):
    """The memory of one rule about one tutor (episodes, clocks, cool-downs); `rules.state` reads it."""

    __tablename__ = "rule_states"

    tutor_number: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[Document]
    as_of: Mapped[Moment]


def publish(session: Session, files: Mapping[str, str], *, digest: str, author: str, at: datetime) -> int:
    """The version of a book's text, which becomes the active one; a text seen before keeps its number.

    `at` is real time. Repeatable.
    """
    version: int | None = session.scalar(text(ACTIVE), {"digest": digest})
    if version is not None:
        return version
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": PUBLISH_LOCK})
    session.execute(text(RETIRE))
    told = {"digest": digest, "files": orjson.dumps(dict(files)).decode(), "author": author, "at": at}
    published: int = session.scalars(text(PUBLISH), told).one()
    return published


def states_of(session: Session, tutors: Collection[int]) -> Sequence[RowMapping]:
    """Where each rule stands with some tutors: tutor_number, rule_id, state."""
    return session.execute(text(STATES), {"tutors": list(tutors)}).mappings().all()


def store_states(session: Session, rows: Sequence[Mapping[str, Any]], *, as_of: datetime) -> None:
    """Keep changed states: tutor_number, rule_id, state. Repeatable."""
    if rows:
        session.execute(text(STORE_STATES), {"rows": orjson.dumps(list(rows)).decode(), "as_of": as_of})
