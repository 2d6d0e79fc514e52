"""Who a letter is for: names, addresses and zones, looked up when it is composed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from retention.errors import NotFound
from retention.records.accounts import Account
from retention.records.database import Session
from retention.records.tutors import Tutor


@dataclass(frozen=True)
class Reader:
    """One person that a letter is for."""

    name: str
    email: str
    zone: str


def tutor(session: Session, number: int) -> Reader:
    """A tutor. Raises NotFound."""
    found = session.execute(
        select(Tutor.name, Tutor.email, Tutor.time_zone).where(Tutor.number == number)
    ).one_or_none()
    if found is None:
        raise NotFound(f"There is no tutor {number} to write to.")
    return Reader(*found)


def colleague(session: Session, account: str) -> Reader:
    """A colleague by the number of the account. Raises NotFound for one that is gone."""
    found = session.get(Account, int(account)) if account.isdigit() else None
    if found is None or not found.active:
        raise NotFound(f"There is no open account {account} to write to.")
    return Reader(found.name, found.email, found.time_zone)


def group(session: Session, owner_group: str) -> Sequence[Reader]:
    """Everybody of an owner group; its name is a role's."""
    rows = select(Account.name, Account.email, Account.time_zone).where(
        Account.role == owner_group, Account.active
    )
    return [Reader(*row) for row in session.execute(rows.order_by(Account.id))]


def name_of(session: Session, account: str) -> str:
    """A colleague's name, also after they have left; empty for a number that nobody had."""
    found = session.get(Account, int(account)) if account.isdigit() else None
    return found.name if found else ""
