"""Accounts of staff, and their sign-ins."""

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from retention.records.database import Base, Counter, Moment

ROLES = "('ops_manager', 'people_ops', 'tutor', 'student', 'admin')"


class Account(Base):
    """One person who can sign in. Deactivated, never deleted: history points to the number."""

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint(f"role IN {ROLES}", name="role"),
        CheckConstraint("(role = 'tutor') = (tutor_number IS NOT NULL)", name="tutor_has_number"),
    )

    id: Mapped[Counter]
    email: Mapped[str] = mapped_column(unique=True)  # lower case
    name: Mapped[str]
    password_hash: Mapped[str]  # argon2id
    role: Mapped[str]
    tutor_number: Mapped[int | None] = mapped_column(ForeignKey("tutors.number"))
    time_zone: Mapped[str] = mapped_column(default="UTC")
    shortcuts: Mapped[bool] = mapped_column(
        default=True
    )  # WCAG 2.1.4: single-key shortcuts can be switched off
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment]


class SignIn(Base):
    """A server-side sign-in session; the cookie holds a token of which only the hash is kept."""

    __tablename__ = "sign_ins"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    revoked_at: Mapped[Moment | None]
