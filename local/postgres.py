"""PostgreSQL on this machine, started and stopped by us: loopback only, passwords only, no leftovers."""

import json
import secrets
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from local import children, places, ports
from local.children import Child
from local.postgres_binaries import programs, server_programs
from retention.errors import Refusal

ROLES = Path(__file__).with_name("roles.sql")
ROLE_NAMES = ("postgres", "mainstay_owner", "mainstay_app")
FAST_STOP = signal.SIGINT  # ends sessions, writes everything down
START_PATIENCE = 120.0  # seconds: a long recovery after a crash is not a failure
LOCK_PATIENCE = 30.0  # seconds: a killed server may still hold its lock file for a few
STILL_HELD = ("lock file", "shared memory block")
SETTINGS = {
    "listen_addresses": ports.LOOPBACK,
    "unix_socket_directories": "",  # one door less to guard
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_wal_size": "2GB",
    "jit": "off",  # compiling costs more than our short statements take
}
# For tests only: a power cut may destroy the data.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Cluster:
    """A running server and how to reach it. Addresses hold passwords: never print them."""

    port: int
    passwords: dict[str, str] = field(repr=False)
    child: Child = field(repr=False)
    data: Path
    disposable: bool = False

    @property
    def admin_url(self) -> str:
        """The address for the superuser: tests and roles, never the application."""
        return self.url("postgres", database="postgres")

    @property
    def owner_url(self) -> str:
        """The address for migrations."""
        return self.url("mainstay_owner")

    @property
    def app_url(self) -> str:
        """The address for every process of the application."""
        return self.url("mainstay_app")

    def url(self, role: str, *, database: str = "mainstay") -> str:
        """The address of one database for one role."""
        return f"postgresql+psycopg://{role}:{self.passwords[role]}@{ports.LOOPBACK}:{self.port}/{database}"

    def stop(self) -> None:
        """Stop the server; a disposable one takes its files with it."""
        children.stop(self.child, kindly=signal.SIGQUIT if self.disposable else FAST_STOP, patience=30)
        if self.disposable:
            shutil.rmtree(self.data.parent, ignore_errors=True)


def start_cluster(folder: Path, *, durable: bool = True, port: int = 0) -> Cluster:
    """Start the server whose files belong to `folder`, with its roles and the database `mainstay`.

    `port` 0 takes any free one. Must be called from the main thread (see children.start). Raises Refusal
    when the server does not come up, with the end of its log.
    """
    data = places.database_folder(folder) / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    passwords = _passwords(folder)
    if not data.exists():
        _initialise(data, password=passwords["postgres"], durable=durable)
    log = folder / "postgres.log"
    port = port or ports.free_port()
    child = _start_server(data, port=port, log=log, durable=durable)
    cluster = Cluster(port, passwords, child, data)
    _make_roles(cluster)
    return cluster


def temporary_cluster() -> Cluster:
    """A fast server for one test run; `stop()` removes its files."""
    running = start_cluster(places.temporary_folder(), durable=False)
    return Cluster(running.port, running.passwords, running.child, running.data, disposable=True)


def _passwords(folder: Path) -> dict[str, str]:
    kept = folder / "postgres-passwords.json"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(
            json.dumps(
                {role: secrets.token_hex(16) for role in ("postgres", "mainstay_owner", "mainstay_app")}
            )
        )
    passwords: dict[str, str] = json.loads(kept.read_text())
    return passwords


def _account() -> int | None:
    return places.UNPRIVILEGED_ID if places.root_lends_account() else None


def _initialise(data: Path, *, password: str, durable: bool) -> None:
    """Create the files beside their place, so that a broken attempt is never taken for a database."""
    unfinished = data.with_name("postgres.unfinished")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    unfinished.mkdir(parents=True, mode=0o700)
    secret = unfinished.with_suffix(".password")
    secret.touch(mode=0o600)
    secret.write_text(password)
    if _account() is not None:
        places.lend(unfinished)
        places.lend(secret)
    command = [
        *(server_programs() / "initdb", "-D", unfinished, "-U", "postgres", f"--pwfile={secret}"),
        *("--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        *(() if durable else ("--no-sync",)),
    ]
    child = children.start(command, log=subprocess.PIPE, folder="/", account=_account())
    said, _ = child.communicate()
    secret.unlink()
    if child.returncode != 0:
        raise Refusal(
            "The database files could not be created.", instead=said.decode(errors="replace")[-600:]
        )
    unfinished.rename(data)


def _start_server(data: Path, *, port: int, log: Path, durable: bool) -> Child:
    """The server, ready for connections. Waits while a killed predecessor still holds the lock file."""
    last = time.monotonic() + LOCK_PATIENCE
    settings = SETTINGS | {"port": str(port)} | ({} if durable else CARELESS)
    command: list[str | Path] = [server_programs() / "postgres", "-D", data]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    while True:
        _forget_the_dead(data)
        with log.open("wb") as out:
            child = children.start(
                command,
                log=out,
                folder="/",
                account=_account(),
                on_orphaned=FAST_STOP if durable else signal.SIGQUIT,
            )
        if children.wait_until(lambda: _is_ready(data, child), within=START_PATIENCE, child=child):  # noqa: B023
            return child
        children.stop(child, kindly=FAST_STOP)
        said = log.read_text(errors="replace")
        if not any(sign in said for sign in STILL_HELD) or time.monotonic() > last:
            raise Refusal("The database server did not start.", instead=f"Its log ends: {said[-600:]}")
        time.sleep(0.3)


def _is_ready(data: Path, child: Child) -> bool:
    """Whether the server *we* started accepts connections: a stale pid file names another process."""
    lines = _pid_file(data)
    return len(lines) >= 8 and lines[0] == str(child.pid) and lines[7].strip() == "ready"


def _pid_file(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def _forget_the_dead(data: Path) -> None:
    """Remove the lock file of a server that is gone.

    PostgreSQL itself takes for its owner a zombie that nobody reaps (containers), and any process of the
    same account that got the number again after a restart of the machine.
    """
    lines = _pid_file(data)
    try:
        owner = psutil.Process(int(lines[0]))
        alive = owner.status() != psutil.STATUS_ZOMBIE and str(data) in owner.cmdline()
    except (IndexError, ValueError, psutil.NoSuchProcess):
        alive = False
    if not alive:
        (data / "postmaster.pid").unlink(missing_ok=True)


def _make_roles(cluster: Cluster) -> None:
    words = cluster.passwords
    variables = (
        f"\\set owner_password {words['mainstay_owner']}\n\\set app_password {words['mainstay_app']}\n"
    )
    door = ("-h", ports.LOOPBACK, "-p", str(cluster.port), "-U", "postgres", "-d", "postgres")
    done = subprocess.run(
        [str(programs() / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", *door, "-f", "-"],
        input=variables + ROLES.read_text(),
        env={"PGPASSWORD": words["postgres"], "PGCONNECT_TIMEOUT": "10"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        cluster.stop()
        raise Refusal("The database roles could not be prepared.", instead=done.stderr[-600:])
