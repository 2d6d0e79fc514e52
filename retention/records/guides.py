"""Guides: short texts that a tip's letter links to, in versions, and what tutors did with them.

The files of `retention/guides` are the source; a published version never changes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from pydantic import AwareDatetime, BaseModel, TypeAdapter
from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Mapped, mapped_column

from retention.errors import NotFound
from retention.guides.library import GuideText
from retention.messages.letters import TutorAnswer
from retention.records import commands
from retention.records.announcements import announce
from retention.records.answers import command_of
from retention.records.database import Base, Moment, Session, Words
from retention.vocabulary import TipAct

PUBLISH_LOCK = 7_304  # advisory: two publishers come one after the other
STEP = "tip"  # of a tip's case: it hears of its guide as it hears of an answer


class Guide(Base):
    """One version of one guide."""

    __tablename__ = "guides"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 1 AND 30", name="minutes"),
        Index("uq_guides_active", "slug", unique=True, postgresql_where="active"),
    )

    slug: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    summary: Mapped[str]
    body: Mapped[str]  # Markdown without HTML
    minutes: Mapped[int]  # to read
    helps: Mapped[Words]  # fields of the fact sheet that it is meant to improve
    published_at: Mapped[Moment]  # real
    active: Mapped[bool]


class TipDeed(Base):
    """What a tutor did with the guide that a letter recommended: read it, found it helpful or not."""

    __tablename__ = "tip_acts"
    __table_args__ = (
        CheckConstraint("kind IN ('read', 'helpful', 'not_helpful')", name="kind"),
        Index("uq_tip_acts_verdict", "letter_key", unique=True, postgresql_where="kind <> 'read'"),
        Index("ix_tip_acts_slug", "slug"),
    )

    letter_key: Mapped[str] = mapped_column(ForeignKey("letters.message_key"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str]
    version: Mapped[int]
    at: Mapped[Moment]  # business
    received_at: Mapped[Moment]  # real
    command_id: Mapped[UUID] = mapped_column(unique=True)


class GuideLine(BaseModel):
    """A guide in the list of all, with how it was received."""

    slug: str
    version: int
    title: str
    summary: str
    body: str
    minutes: int
    helps: list[str]
    published_at: AwareDatetime
    sent: int  # letters that recommended it
    read: int
    helpful: int
    not_helpful: int


_LINES = """
WITH sent AS (
    SELECT s.payload ->> 'tip' AS slug, count(*) AS letters
    FROM letters AS l JOIN commands AS s ON s.target = l.case_id AND s.kind = 'start'
    WHERE l.letter = 'coaching_tip' AND l.state = 'sent' GROUP BY 1
), done AS (
    SELECT slug, count(*) FILTER (WHERE kind = 'read') AS read,
        count(*) FILTER (WHERE kind = 'helpful') AS helpful,
        count(*) FILTER (WHERE kind = 'not_helpful') AS not_helpful
    FROM tip_acts GROUP BY slug
)
SELECT g.slug, g.version, g.title, g.summary, g.body, g.minutes, g.helps, g.published_at,
    coalesce(s.letters, 0) AS sent, coalesce(d.read, 0) AS read,
    coalesce(d.helpful, 0) AS helpful, coalesce(d.not_helpful, 0) AS not_helpful
FROM guides AS g LEFT JOIN sent AS s USING (slug) LEFT JOIN done AS d USING (slug)
WHERE g.active ORDER BY g.title
"""
_LETTER = """
SELECT case_id FROM letters WHERE message_key = :letter_key AND tutor_number IS NOT NULL
"""
_LIST: TypeAdapter[list[GuideLine]] = TypeAdapter(list[GuideLine])


def publish(session: Session, texts: Sequence[GuideText], *, at: datetime) -> list[str]:
    """Make these the guides; the slugs of those that are new or have changed. Repeatable. `at` is real.

    A guide that is no longer among them is withdrawn: its old letters still open it, no new one names it.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": PUBLISH_LOCK})
    known = {guide.slug: guide for guide in session.scalars(newest())}
    changed = [one for one in texts if one.slug not in known or _differs(known[one.slug], one)]
    session.execute(update(Guide).values(active=False).where(Guide.active))
    if changed:
        session.execute(insert(Guide), [_row(one, known, at=at) for one in changed])
    same = [(one.slug, known[one.slug].version) for one in texts if one.slug in known and one not in changed]
    session.execute(update(Guide).where(tuple_(Guide.slug, Guide.version).in_(same)).values(active=True))
    return sorted(one.slug for one in changed)


def open_guide(session: Session, slug: str) -> Guide:
    """The newest version of a guide, withdrawn or not. Raises NotFound."""
    found = session.scalars(newest().where(Guide.slug == slug)).one_or_none()
    if found is None:
        raise NotFound("There is no such guide.", instead="Open it again from the letter.")
    return found


def lines(session: Session) -> Sequence[GuideLine]:
    """Every guide that tips may name, with how often it was sent, read and found helpful."""
    return _LIST.validate_python([row._asdict() for row in session.execute(text(_LINES))])


def acts_of(session: Session, letter_key: str) -> set[TipAct]:
    """What the tutor has done with the guide of this letter."""
    kinds = session.scalars(select(TipDeed.kind).where(TipDeed.letter_key == letter_key))
    return {TipAct(kind) for kind in kinds}


def note(
    session: Session, guide: Guide, act: TipAct, *, letter_key: str, at: datetime, received_at: datetime
) -> bool:
    """Keep what a tutor did and tell the tip's case; whether it was new. Each counts once, and of helpful
    and not helpful the first. `at` is business time, `received_at` real. Raises NotFound: no such letter.
    """
    case_id = session.scalar(text(_LETTER), {"letter_key": letter_key})
    if case_id is None:
        raise NotFound("This link belongs to no letter.", instead="Open the guide again from the letter.")
    command_id = uuid4()
    row = {
        "letter_key": letter_key,
        "kind": act,
        "slug": guide.slug,
        "version": guide.version,
        "at": at,
        "received_at": received_at,
        "command_id": command_id,
    }
    if session.scalar(insert(TipDeed).values(row).on_conflict_do_nothing().returning(TipDeed.kind)) is None:
        return False
    said = TutorAnswer(command_id=str(command_id), letter_key=letter_key, step=STEP, choice=act, at=at)
    commands.put(session, [command_of(case_id, said)])
    announce(session, "case", [case_id])
    return True


def newest() -> Select[Guide]:
    """The newest version of each guide, withdrawn or not."""
    return select(Guide).ext(distinct_on(Guide.slug)).order_by(Guide.slug, Guide.version.desc())


def _differs(known: Guide, one: GuideText) -> bool:
    return any(getattr(known, name) != value for name, value in one.model_dump().items())


def _row(one: GuideText, known: Mapping[str, Guide], *, at: datetime) -> dict[str, Any]:
    version = known[one.slug].version + 1 if one.slug in known else 1
    return one.model_dump() | {"version": version, "published_at": at, "active": True}
