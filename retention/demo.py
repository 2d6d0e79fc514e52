"""The people of the demo company: who can sign in, and with what. Only a demo world has them."""

from dataclasses import dataclass
from datetime import datetime

from retention.passwords import hashed
from retention.records import accounts
from retention.records.accounts import Account
from retention.records.database import Session
from retention.vocabulary import AlertMail, Role

PASSWORD = "keep-every-tutor"  # noqa: S105 (shown on the demo's sign-in page; opens nothing else)


@dataclass(frozen=True)
class Person:
    """One made-up colleague."""

    name: str
    email: str
    role: Role
    alert_mail: AlertMail = AlertMail.PAGES  # all of them written to would fill the outbox that one reads


STAFF = (
    Person("Marcus Bell", "marcus@mainstay.example", Role.PEOPLE_OPS, AlertMail.AT_ONCE),
    Person("Ines Okafor", "ines@mainstay.example", Role.PEOPLE_OPS),
    Person("Jonas Weber", "jonas@mainstay.example", Role.PEOPLE_OPS),
    Person("Priya Raman", "priya@mainstay.example", Role.PEOPLE_OPS),
    Person("Sarah Lindqvist", "sarah@mainstay.example", Role.OPS_MANAGER, AlertMail.MORNING),
    Person("Tom Adeyemi", "tom@mainstay.example", Role.OPS_MANAGER),
    Person("Ruth Keller", "ruth@mainstay.example", Role.ADMIN),
)


def open_accounts(session: Session, *, at: datetime) -> None:
    """Give the demo's staff their accounts. Repeatable."""
    kept = hashed(PASSWORD)
    for person in STAFF:
        accounts.open_account(
            session,
            Account(
                email=person.email,
                name=person.name,
                password_hash=kept,
                role=str(person.role),
                tutor_number=None,
                time_zone="Europe/London",
                shortcuts=True,
                alert_mail=str(person.alert_mail),
                active=True,
                created_at=at,
            ),
        )
