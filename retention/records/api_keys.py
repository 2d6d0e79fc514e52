"""API keys: who may post, and whether what they post is real."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from retention.errors import Conflict, NotFound
from retention.records.database import Base, Counter, Moment, Session, Words
from retention.vocabulary import Origin, Scope

PREFIX = "mainstay_"  # lets secret scanners and people see what it is


class ApiKey(Base):
    """One key; only its SHA-256 is kept."""

    __tablename__ = "api_keys"
    __table_args__ = (CheckConstraint("origin IN ('real', 'synthetic')", name="origin"),)

    id: Mapped[Counter]
    name: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    scopes: Mapped[Words]
    origin: Mapped[str]
    created_at: Mapped[Moment]
    revoked_at: Mapped[Moment | None]


def issue(session: Session, name: str, *, scopes: Collection[Scope], origin: Origin, at: datetime) -> str:
    """A new key; its secret is told this once. Raises Conflict when the name is taken. `at` is real time."""
    secret = PREFIX + secrets.token_urlsafe(32)
    values = {
        "name": name,
        "digest": _digest(secret),
        "scopes": sorted(scopes),
        "origin": origin,
        "created_at": at,
    }
    made = session.scalar(
        insert(ApiKey).values(values).on_conflict_do_nothing(index_elements=["name"]).returning(ApiKey.id)
    )
    if made is None:
        raise Conflict(f"There is a key named {name}.", instead="Choose another name, or renew that key.")
    return secret


def renew(session: Session, name: str) -> str:
    """A new secret for a key; the old one opens nothing any more. Raises NotFound."""
    secret = PREFIX + secrets.token_urlsafe(32)
    _change(session, name, digest=_digest(secret), revoked_at=None)
    return secret


def revoke(session: Session, name: str, *, at: datetime) -> None:
    """Close a key for good, unless it is renewed. Raises NotFound."""
    _change(session, name, revoked_at=at)


def owner_of(session: Session, secret: str) -> ApiKey | None:
    """The key that a secret opens, unless it was revoked."""
    return session.scalar(select(ApiKey).where(ApiKey.digest == _digest(secret), ApiKey.revoked_at.is_(None)))


def all_keys(session: Session) -> Sequence[ApiKey]:
    """Every key, by name."""
    return session.scalars(select(ApiKey).order_by(ApiKey.name)).all()


def _change(session: Session, name: str, **values: object) -> None:
    changed = session.scalar(update(ApiKey).where(ApiKey.name == name).values(**values).returning(ApiKey.id))
    if changed is None:
        raise NotFound(
            f"There is no key named {name}.", instead="See the names with `python -m api keys list`."
        )


def _digest(secret: str) -> bytes:
    """Plain SHA-256 is enough: the secret has 256 random bits, nothing to guess."""
    return hashlib.sha256(secret.encode(errors="replace")).digest()
