"""API keys: who may post, and whether what they post is real."""

from sqlalchemy import CheckConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Counter, Moment, Words


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
