"""`python -m api accounts ...`: who of the staff can sign in, kept by whoever runs the installation."""

import re
import sys
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import available_timezones

import typer

from retention import passwords
from retention.errors import Conflict, Refusal
from retention.records import accounts as records, audit
from retention.records.accounts import Account
from retention.records.database import Session, transaction
from retention.vocabulary import Role
from web.viewer import STAFF

accounts = typer.Typer(help="Accounts: who can sign in.", no_args_is_help=True)

OPERATOR = "operator"  # the audit's name for a command line
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
LONGEST_NAME = LONGEST_ADDRESS = 200  # characters; as long as the sign-in page takes
SHORTEST_PASSWORD, LONGEST_PASSWORD = (
    12,
    200,
)  # characters: NIST SP 800-63B asks for 8; the sign-in page's most


@accounts.command()
def add(
    email: Annotated[str, typer.Option(help="The address to sign in with.")],
    name: Annotated[str, typer.Option(help="As colleagues read it.")],
    role: Annotated[Role, typer.Option(help="people_ops, ops_manager or admin.")],
    time_zone: Annotated[str, typer.Option(help="Whose clock pages show, e.g. Europe/London.")] = "UTC",
) -> None:
    """Open an account; its password is asked for, or read from standard input."""
    account = _account(email, name, role=role, time_zone=time_zone)
    with transaction() as session:
        if records.find(session, account.email) is not None:
            raise _taken(account.email)
    account.password_hash = passwords.hashed(_new_password())
    with transaction() as session:
        opened = records.open_account(session, account)
        if opened is None:  # somebody was quicker than the typing
            raise _taken(account.email)
        _note(session, "opened", opened, role=account.role)


@accounts.command()
def deactivate(email: str) -> None:
    """Close an account and end its sign-ins; what was done with it stays."""
    with transaction() as session:
        _note(session, "deactivated", records.deactivate(session, email, at=datetime.now(UTC)))


@accounts.command("new-password")
def new_password(email: str) -> None:
    """Give an account another password and end its sign-ins; a deactivated one opens again."""
    with transaction() as session:
        records.expect(session, email)
    kept = passwords.hashed(_new_password())
    with transaction() as session:
        changed = records.renew_password(session, email, password_hash=kept, at=datetime.now(UTC))
        _note(session, "password_renewed", changed)


@accounts.command("list")
def show() -> None:
    """All accounts, without their passwords."""
    with transaction() as session:
        for account in records.all_accounts(session):
            state = "active" if account.active else "deactivated"
            typer.echo(f"{account.email}\t{account.name}\t{account.role}\t{account.time_zone}\t{state}")


def _account(email: str, name: str, *, role: Role, time_zone: str) -> Account:
    """The account that was asked for, still without a password. Raises Refusal."""
    address, called = email.strip().lower(), name.strip()
    if not ADDRESS.fullmatch(address) or len(address) > LONGEST_ADDRESS:
        raise Refusal(f"{email!r} is no e-mail address.", instead="Give one such as ada@mainstay.example.")
    if not 1 <= len(called) <= LONGEST_NAME:
        raise Refusal(f"A name has 1 to {LONGEST_NAME} characters.", instead="Give it with --name.")
    if role not in STAFF:
        choices = ", ".join(sorted(STAFF))
        raise Refusal(f"An account of a {role} is not opened here.", instead=f"Choose one of {choices}.")
    if time_zone not in available_timezones():
        raise Refusal(f"There is no time zone {time_zone!r}.", instead="Give one such as Europe/London.")
    return Account(
        email=address,
        name=called,
        role=str(role),
        tutor_number=None,
        time_zone=time_zone,
        shortcuts=True,
        active=True,
        created_at=datetime.now(UTC),
    )


def _taken(address: str) -> Conflict:
    return Conflict(
        f"{address} has an account already.",
        instead=f"`python -m api accounts new-password {address}` renews its password, "
        "and opens it again when it was deactivated.",
    )


def _new_password() -> str:
    """A password as typed, twice and unseen, or the first line of standard input. Raises Refusal."""
    if sys.stdin.isatty():
        given: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    if not SHORTEST_PASSWORD <= len(given) <= LONGEST_PASSWORD:
        raise Refusal(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, not {len(given)}.",
            instead="Choose another, such as four words.",
        )
    if not given.isprintable():
        raise Refusal("The password holds a character that no keyboard types.", instead="Choose another.")
    return given


def _note(session: Session, act: str, account_id: int, **details: str) -> None:
    """By number: the audit is never changed, so it holds no address."""
    audit.note(session, f"account.{act}", actor=OPERATOR, subject=f"account/{account_id}", **details)
