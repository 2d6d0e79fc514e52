"""`python -m api` serves; `keys`, `accounts`: who may post and sign in; `import`: data from files."""

from datetime import UTC, datetime
from typing import Annotated

import typer
import uvicorn

from api import accounts, import_command, logs
from retention.errors import Refusal
from retention.records import api_keys
from retention.records.database import transaction
from retention.settings import settings
from retention.vocabulary import Origin, Scope

commands = typer.Typer(help="The JSON API and the pages.", no_args_is_help=False)
keys = typer.Typer(help="API keys: who may post.", no_args_is_help=True)
commands.add_typer(keys, name="keys")
commands.add_typer(accounts.accounts, name="accounts")
commands.command("import")(import_command.import_files)


@commands.callback(invoke_without_command=True)
def serve(context: typer.Context) -> None:
    """Serve the API and the pages until told to stop."""
    if context.invoked_subcommand is not None:
        return
    logs.configure(settings().log_format)
    uvicorn.run(
        "api.app:create_app",
        factory=True,
        host=settings().api_host,
        port=settings().api_port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        log_config=None,
        access_log=False,  # ours tells no query strings
        server_header=False,
        proxy_headers=bool(settings().trusted_proxies),
        forwarded_allow_ips=settings().trusted_proxies,
        timeout_graceful_shutdown=5,
    )


@keys.command()
def create(
    name: Annotated[str, typer.Option(help="Whose key it is, e.g. platform.")],
    scope: Annotated[list[Scope], typer.Option(help="What it may do; can be given twice.")],
    origin: Annotated[Origin, typer.Option(help="Whether what it posts is real.")] = Origin.REAL,
) -> None:
    """Make a key and tell its secret, this once."""
    with transaction() as session:
        secret = api_keys.issue(session, name, scopes=scope, origin=origin, at=datetime.now(UTC))
    typer.echo(secret)


@keys.command()
def renew(name: str) -> None:
    """Give a key a new secret; the old one is worth nothing any more."""
    with transaction() as session:
        secret = api_keys.renew(session, name)
    typer.echo(secret)


@keys.command()
def revoke(name: str) -> None:
    """Close a key."""
    with transaction() as session:
        api_keys.revoke(session, name, at=datetime.now(UTC))


@keys.command("list")
def show() -> None:
    """All keys, without their secrets."""
    with transaction() as session:
        for key in api_keys.all_keys(session):
            state = "revoked" if key.revoked_at else "open"
            typer.echo(f"{key.name}\t{','.join(key.scopes)}\t{key.origin}\t{state}")


if __name__ == "__main__":
    try:
        commands()
    except Refusal as refusal:
        typer.echo(str(refusal), err=True)
        raise SystemExit(1) from None
