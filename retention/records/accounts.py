"""Accounts of staff, and their sign-ins."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from retention import policy
from retention.clock import Clock
from retention.errors import NotFound
from retention.records import world
from retention.records.database import Base, Counter, Moment, Session
from retention.records.world import WorldClock
from retention.vocabulary import AlertMail, AlertScope

# What somebody has chosen, or what their role is given; an admin looks after machines and is not written to.
MAIL_OF = "coalesce(acc.alert_mail, CASE WHEN acc.role = 'admin' THEN 'on_pages_only' ELSE 'at_once' END)"
SCOPE_OF = "acc.alert_scope"
ROLES = "('ops_manager', 'people_ops', 'tutor', 'student', 'admin')"


class Account(Base):
    """One person who can sign in. Deactivated, never deleted: history points to the number."""

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint(f"role IN {ROLES}", name="role"),
        CheckConstraint("(role = 'tutor') = (tutor_number IS NOT NULL)", name="tutor_has_number"),
        CheckConstraint("alert_mail IN ('at_once', 'in_the_morning', 'on_pages_only')", name="alert_mail"),
        CheckConstraint("alert_scope IN ('my_tutors', 'my_group', 'everybody')", name="alert_scope"),
        CheckConstraint("digest_hour BETWEEN 0 AND 23", name="digest_hour"),
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
    alert_mail: Mapped[str | None]  # of staff; None: as their role is
    alert_scope: Mapped[str] = mapped_column(default="my_group")
    digest_hour: Mapped[int] = mapped_column(default=policy.ALERT_DIGEST_HOUR)  # o'clock in their zone
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


@dataclass(frozen=True)
class AlertWishes:
    """Which alerts reach somebody by letter, and at which hour of their day."""

    mail: AlertMail
    scope: AlertScope
    hour: int


_WISHES = text(
    f"SELECT {MAIL_OF} AS mail, {SCOPE_OF} AS scope, digest_hour AS hour"  # noqa: S608 (fixed words)
    " FROM accounts acc WHERE id = :id"
)


def open_account(session: Session, account: Account) -> int | None:
    """Keep a new account and tell its number. An address that has one keeps it as it is: None."""
    values = {
        name: value
        for name, value in vars(account).items()
        if name in Account.__table__.columns and name != "id"
    }
    opened = insert(Account).values(values).on_conflict_do_nothing(index_elements=["email"])
    return session.scalar(opened.returning(Account.id))


def find(session: Session, email: str) -> Account | None:
    """The account of an address, closed or not, however it is written."""
    return session.scalar(select(Account).where(Account.email == email.strip().lower()))


def expect(session: Session, email: str) -> Account:
    """The account of an address, closed or not. Raises NotFound."""
    account = find(session, email)
    if account is None:
        raise NotFound(
            f"There is no account of {email.strip().lower()}.",
            instead="See the accounts with `python -m api accounts list`.",
        )
    return account


def deactivate(session: Session, email: str, *, at: datetime) -> int:
    """Close an account and end its sign-ins; its number. Raises NotFound. `at` is real time."""
    return _change(session, email, at=at, active=False)


def renew_password(session: Session, email: str, *, password_hash: str, at: datetime) -> int:
    """Give an account another password and end its sign-ins; its number. A closed one opens again.

    Raises NotFound. `at` is real time.
    """
    return _change(session, email, at=at, active=True, password_hash=password_hash)


def all_accounts(session: Session) -> Sequence[Account]:
    """Every account, closed ones too, by address."""
    return session.scalars(select(Account).order_by(Account.email)).all()


def by_email(session: Session, email: str) -> Account | None:
    """The active account of an address, however it is written."""
    return session.scalar(select(Account).where(Account.email == email.strip().lower(), Account.active))


def staff(session: Session) -> Sequence[Account]:
    """Everybody of People Ops and the ops managers who can sign in, by name."""
    roles = ("ops_manager", "people_ops", "admin")
    return session.scalars(
        select(Account).where(Account.active, Account.role.in_(roles)).order_by(Account.name)
    ).all()


def names_of(session: Session, actors: Iterable[str]) -> dict[str, str]:
    """Names by actor (an account number as text); actors that are no accounts are left out."""
    numbers = {int(actor) for actor in actors if actor.isdigit()}
    if not numbers:
        return {}
    found = session.execute(select(Account.id, Account.name).where(Account.id.in_(numbers)))
    return {str(number): name for number, name in found}


def begin_sign_in(session: Session, account_id: int, *, digest: bytes, at: datetime, life: timedelta) -> None:
    """Keep a new sign-in by the hash of its token. Times are real, not business time."""
    session.add(SignIn(digest=digest, account_id=account_id, created_at=at, seen_at=at, expires_at=at + life))


_SIGNED_IN = (  # built once: every page asks it
    select(Account, SignIn, select(WorldClock.clock).scalar_subquery())
    .join(SignIn, SignIn.account_id == Account.id)
    .where(
        SignIn.digest == bindparam("digest"),
        SignIn.revoked_at.is_(None),
        SignIn.expires_at > bindparam("at"),
        SignIn.seen_at > bindparam("seen_after"),
        Account.active,
    )
)


def signed_in(
    session: Session, digest: bytes, *, at: datetime, idle: timedelta
) -> tuple[Account, SignIn, Clock] | None:
    """Who a token belongs to, unless it was revoked, has expired, or lay idle for too long.

    The world's clock comes along, since every page needs both.
    """
    row = session.execute(_SIGNED_IN, {"digest": digest, "at": at, "seen_after": at - idle}).first()
    return None if row is None else (row[0], row[1], world.read(row[2]))


def seen(session: Session, digest: bytes, *, at: datetime) -> None:
    """Note that a sign-in was used, so that it does not lie idle."""
    session.execute(update(SignIn).where(SignIn.digest == digest).values(seen_at=at))


def end_sign_in(session: Session, digest: bytes, *, at: datetime) -> None:
    """Revoke a sign-in; its token opens nothing any more."""
    session.execute(update(SignIn).where(SignIn.digest == digest).values(revoked_at=at))


def alert_wishes(session: Session, account_id: int) -> AlertWishes:
    """Which alerts somebody is written to about, and when."""
    row = session.execute(_WISHES, {"id": account_id}).one()
    return AlertWishes(AlertMail(row.mail), AlertScope(row.scope), row.hour)


def wish_alerts(session: Session, account_id: int, wishes: AlertWishes) -> None:
    """Keep which alerts somebody wants to be written to about, and when."""
    chosen = {"alert_mail": wishes.mail, "alert_scope": wishes.scope, "digest_hour": wishes.hour}
    session.execute(update(Account).where(Account.id == account_id).values(**chosen))


def prefer(session: Session, account_id: int, *, time_zone: str, shortcuts: bool) -> None:
    """Keep how a person wants the pages."""
    session.execute(
        update(Account).where(Account.id == account_id).values(time_zone=time_zone, shortcuts=shortcuts)
    )


def _change(session: Session, email: str, *, at: datetime, **values: object) -> int:
    """Whoever was signed in signs in anew, or no more."""
    account = expect(session, email)
    session.execute(update(Account).where(Account.id == account.id).values(**values))
    theirs = update(SignIn).where(SignIn.account_id == account.id, SignIn.revoked_at.is_(None))
    session.execute(theirs.values(revoked_at=at))
    return account.id
