"""Students: a number for a pseudonym of the platform, nothing else."""

from collections.abc import Collection

from sqlalchemy import CheckConstraint, Identity, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Session
from retention.vocabulary import Origin


class Student(Base):
    """One pseudonymous student."""

    __tablename__ = "students"
    __table_args__ = (CheckConstraint("origin IN ('real', 'synthetic')", name="origin"),)

    number: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    external_id: Mapped[str] = mapped_column(unique=True)
    origin: Mapped[str]


def numbers_for(session: Session, external_ids: Collection[str], *, origin: Origin) -> dict[str, int]:
    """The numbers of these students; the unknown among them get one."""
    wanted = sorted(set(external_ids))
    known = _numbers_of(session, wanted)
    missing = [one for one in wanted if one not in known]
    if missing:
        met = session.execute(
            text(
                "INSERT INTO students (external_id, origin)"
                " SELECT unnest(string_to_array(:missing, ',')), :origin"
                " ON CONFLICT (external_id) DO NOTHING RETURNING external_id, number"
            ),
            {"missing": ",".join(missing), "origin": origin},
        )
        known |= dict(met.all())
        known |= _numbers_of(session, [one for one in missing if one not in known])  # met meanwhile by others
    return known


def _numbers_of(session: Session, external_ids: list[str]) -> dict[str, int]:
    if not external_ids:
        return {}
    found = session.execute(
        text("SELECT external_id, number FROM students WHERE external_id = ANY(string_to_array(:ids, ','))"),
        {"ids": ",".join(external_ids)},  # ids have no commas; cheaper to send than an array of texts
    )
    return dict(found.all())
