"""Versions of the rulebook, and where each rule stands with each tutor."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import CheckConstraint, ForeignKey, Index, RowMapping, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from retention.errors import NotFound
from retention.records.announcements import announce
from retention.records.database import Base, Counter, Document, Moment, Session
from retention.vocabulary import RulebookStatus

TOPIC = "rulebook"  # of announcements
STATES = "SELECT tutor_number, rule_id, state FROM rule_states WHERE tutor_number = ANY(:tutors)"
LINEAGE = """
WITH RECURSIVE line AS (
    SELECT version, parent, 1 AS step FROM rulebook_versions WHERE version = :version
    UNION ALL
    SELECT v.version, v.parent, step + 1 FROM line JOIN rulebook_versions v ON v.version = line.parent
    WHERE step < 100
)
SELECT v.version, v.files, v.author, v.created_at, v.note
FROM line JOIN rulebook_versions v USING (version) ORDER BY step
"""
STORE_STATES = """
INSERT INTO rule_states (tutor_number, rule_id, state, as_of)
SELECT tutor_number, rule_id, state, :as_of
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told (tutor_number int, rule_id text, state jsonb)
ON CONFLICT (tutor_number, rule_id) DO UPDATE SET state = excluded.state, as_of = excluded.as_of
"""


class Standing(NamedTuple):
    """A version and the digest of its text."""

    version: int
    digest: str


class RulebookVersion(Base):
    """One text of the book. The text never changes; its status does, and what its check has found."""

    __tablename__ = "rulebook_versions"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'shadow', 'published', 'retired', 'discarded')", name="status"),
        CheckConstraint("(status = 'shadow') = (shadow_since IS NOT NULL)", name="shadow_has_begun"),
        Index(
            "uq_rulebook_versions_published", "status", unique=True, postgresql_where="status = 'published'"
        ),
        Index("uq_rulebook_versions_shadow", "status", unique=True, postgresql_where="status = 'shadow'"),
    )

    version: Mapped[Counter]
    digest: Mapped[str] = mapped_column(unique=True)
    files: Mapped[Document] = mapped_column(deferred=True)  # file name -> text
    author: Mapped[str]  # as in `audit`, or "rule files": those of a release
    created_at: Mapped[Moment]  # business time, as everything here
    note: Mapped[str]  # what was changed and why, by the author
    status: Mapped[str]
    parent: Mapped[int | None] = mapped_column(ForeignKey("rulebook_versions.version"))  # it was made from
    shadow_since: Mapped[Moment | None]
    trial: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # of the throw-away process
    fault: Mapped[str] = mapped_column(default="")  # why the rules worker could not take it, once published


class RuleState(Base):
    """The memory of one rule about one tutor (episodes, clocks, cool-downs); `rules.state` reads it."""

    __tablename__ = "rule_states"

    tutor_number: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[Document]
    as_of: Mapped[Moment]


def standing(session: Session, status: RulebookStatus = RulebookStatus.PUBLISHED) -> Standing | None:
    """Number and digest of the version that is judged by, or in shadow; one look into an index."""
    return standings(session).get(status)


def standings(session: Session) -> dict[RulebookStatus, Standing]:
    """The version that is judged by and the one in shadow, where there are such; one statement."""
    asked = (RulebookStatus.PUBLISHED, RulebookStatus.SHADOW)
    wanted = select(RulebookVersion.status, RulebookVersion.version, RulebookVersion.digest)
    rows = session.execute(wanted.where(RulebookVersion.status.in_(asked)))
    return {RulebookStatus(row.status): Standing(row.version, row.digest) for row in rows}


def version(session: Session, number: int) -> RulebookVersion:
    """One version. Raises NotFound."""
    found = session.get(RulebookVersion, number)
    if found is None:
        raise NotFound(
            f"There is no version {number} of the rulebook.", instead="Look at the list of versions."
        )
    return found


def versions(session: Session, *, limit: int = 100) -> Sequence[RulebookVersion]:
    """The versions, the newest first, without their texts."""
    return session.scalars(
        select(RulebookVersion).order_by(RulebookVersion.version.desc()).limit(limit)
    ).all()


def files_of(session: Session, number: int) -> dict[str, str]:
    """The text of each file of a version, by file name. Raises NotFound."""
    files = session.scalar(select(RulebookVersion.files).where(RulebookVersion.version == number))
    return files if files is not None else version(session, number).files


def lineage_of(session: Session, number: int) -> list[dict[str, Any]]:
    """A version and those that it was made from, the newest first: number, files, author, time, note."""
    return [dict(row) for row in session.execute(text(LINEAGE), {"version": number}).mappings()]


def of_status(session: Session, status: RulebookStatus) -> RulebookVersion | None:
    """The one version that is published, or in shadow."""
    return session.scalar(select(RulebookVersion).where(RulebookVersion.status == status).limit(1))


def of_digest(session: Session, digest: str) -> int | None:
    """The number of the version with this text, if it is known."""
    return session.scalar(select(RulebookVersion.version).where(RulebookVersion.digest == digest))


def keep_fault(session: Session, number: int, fault: str) -> None:
    """Keep why the rules worker could not take a published version; empty: it could."""
    found = version(session, number)
    if found.fault != fault:
        found.fault = fault
        announce(session, TOPIC, [number])


def states_of(session: Session, tutors: Collection[int]) -> Sequence[RowMapping]:
    """Where each rule stands with some tutors: tutor_number, rule_id, state."""
    return session.execute(text(STATES), {"tutors": list(tutors)}).mappings().all()


def store_states(session: Session, rows: Sequence[Mapping[str, Any]], *, as_of: datetime) -> None:
    """Keep changed states: tutor_number, rule_id, state. Repeatable."""
    if rows:
        session.execute(text(STORE_STATES), {"rows": orjson.dumps(list(rows)).decode(), "as_of": as_of})
