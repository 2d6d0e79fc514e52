"""Colleagues who can sign in."""

from datetime import UTC, datetime

from retention.passwords import hashed
from retention.records import accounts
from retention.records.accounts import Account
from retention.records.database import Session
from retention.vocabulary import Role
from tests.factories import platform

PASSWORD = "a-test-of-patience"
KEPT = hashed(PASSWORD)  # hashing is slow on purpose, so once


def a_colleague(session: Session, name: str = "Ada Byron", *, role: Role = Role.PEOPLE_OPS) -> Account:
    """An account that signs in with PASSWORD; its address is made of the first name."""
    now = datetime.now(UTC)
    email = f"{name.split(maxsplit=1)[0].lower()}@mainstay.example"
    accounts.open_account(
        session,
        Account(
            email=email,
            name=name,
            password_hash=KEPT,
            role=str(role),
            tutor_number=platform.a_tutor(session, at=now)[0] if role is Role.TUTOR else None,
            time_zone="Europe/London",
            shortcuts=True,
            active=True,
            created_at=now,
        ),
    )
    opened = accounts.by_email(session, email)
    assert opened is not None
    return opened
