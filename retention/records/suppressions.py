"""Addresses that are not written to any more, by their keyed hash: the list itself names nobody."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, LargeBinary, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Moment, Session
from retention.vocabulary import LetterClass


class SuppressionScope(StrEnum):
    """What an address gets no more: nothing at all, or nothing optional."""

    EVERYTHING = "everything"
    OPTIONAL = "optional"


class Suppression(Base):
    """One address that is left alone."""

    __tablename__ = "suppressions"
    __table_args__ = (CheckConstraint("scope IN ('everything', 'optional')", name="scope"),)

    address_hmac: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]  # bounce, spamreport, unsubscribe
    at: Mapped[Moment]  # real time


_AGAINST = text("""
SELECT address_hmac, reason FROM suppressions
WHERE address_hmac = ANY(CAST(:hmacs AS bytea[])) AND (scope = 'everything' OR :optional)
""")


def suppress(
    session: Session, address_hmac: bytes, scope: SuppressionScope, *, reason: str, at: datetime
) -> None:
    """Leave an address alone from now on. Repeatable: the first reason stays."""
    row = {"address_hmac": address_hmac, "scope": scope, "reason": reason, "at": at}
    session.execute(insert(Suppression).values(row).on_conflict_do_nothing())


def lift(session: Session, address_hmac: bytes, scope: SuppressionScope) -> None:
    """Write to an address again."""
    if found := session.get(Suppression, (address_hmac, scope)):
        session.delete(found)


def standing_against(session: Session, hmacs: Collection[bytes], mail_class: LetterClass) -> dict[bytes, str]:
    """Which of these addresses get no letters of a class, and why; the others are left out."""
    given = {"hmacs": list(hmacs), "optional": mail_class is LetterClass.OPTIONAL}
    return {bytes(row.address_hmac): row.reason for row in session.execute(_AGAINST, given)}
