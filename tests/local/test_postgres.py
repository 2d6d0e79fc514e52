"""The embedded PostgreSQL: private, loopback only, crash-safe, leaving nothing behind."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from local import places, ports, postgres
from local.postgres import Cluster
from tests.testbed.postgres import in_libpq

STARTS_ONE_AND_WAITS = """
import sys, time
from pathlib import Path
from local import postgres
cluster = postgres.start_cluster(Path(sys.argv[1]), durable=False)
print(cluster.child.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    running = postgres.temporary_cluster()
    yield running
    running.stop()


def test_processes_connect_with_a_password_as_a_role_that_owns_nothing(cluster: Cluster) -> None:
    with psycopg.connect(in_libpq(cluster.app_url)) as door:
        assert door.execute("SELECT current_user").fetchone() == ("mainstay_app",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            door.execute("CREATE TABLE planted (id int)")


def test_nobody_enters_without_the_password(cluster: Cluster) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(in_libpq(cluster.admin_url).replace(cluster.passwords["postgres"], "guess"))


def test_it_listens_on_the_loopback_address_only(cluster: Cluster) -> None:
    listening = [
        door.laddr.ip
        for door in psutil.Process(cluster.child.pid).net_connections()
        if door.status == psutil.CONN_LISTEN
    ]
    assert listening == [ports.LOOPBACK]


def test_new_tables_are_open_to_the_processes_but_other_schemas_are_not(cluster: Cluster) -> None:
    with psycopg.connect(in_libpq(cluster.owner_url)) as owner:
        owner.execute("CREATE TABLE seen (id int)")
        owner.execute("CREATE SCHEMA hidden CREATE TABLE truth (id int)")
    with psycopg.connect(in_libpq(cluster.app_url)) as door:
        assert door.execute("SELECT count(*) FROM seen").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            door.execute("SELECT count(*) FROM hidden.truth")


def test_a_disposable_server_takes_its_files_with_it() -> None:
    running = postgres.temporary_cluster()
    assert running.data.exists()
    running.stop()
    assert not running.data.parent.exists()
    assert not ports.answers(running.port)


def test_after_a_kill_of_the_launcher_nothing_runs_and_the_next_start_has_everything(folder: Path) -> None:
    launcher = subprocess.Popen(
        [sys.executable, "-c", STARTS_ONE_AND_WAITS, str(folder)],
        cwd=places.CHECKOUT,
        stdout=subprocess.PIPE,
    )
    assert launcher.stdout is not None
    server = int(launcher.stdout.readline())
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    again = postgres.start_cluster(folder, durable=False)
    assert not psutil.pid_exists(server) or psutil.Process(server).status() == psutil.STATUS_ZOMBIE
    again.stop()


def test_a_killed_server_that_nobody_reaped_does_not_block_the_next(folder: Path) -> None:
    first = postgres.start_cluster(folder)
    with psycopg.connect(in_libpq(first.owner_url)) as owner:
        owner.execute("CREATE TABLE kept (id int)")
    first.child.kill()  # and not waited for: it stays a zombie
    second = postgres.start_cluster(folder)
    with psycopg.connect(in_libpq(second.owner_url)) as owner:
        assert owner.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    second.stop()
    first.child.wait()


def test_a_lock_file_whose_number_belongs_to_somebody_else_does_not_block(folder: Path) -> None:
    first = postgres.start_cluster(folder, durable=False)
    first.stop()
    stale = first.data / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{first.data}\n")
    second = postgres.start_cluster(folder, durable=False)
    second.stop()


def test_a_broken_attempt_to_create_the_files_is_not_taken_for_a_database(folder: Path) -> None:
    (folder / "postgres.unfinished").mkdir()
    (folder / "postgres.unfinished" / "PG_VERSION").write_text("18")
    running = postgres.start_cluster(folder, durable=False)
    assert ports.answers(running.port)
    running.stop()


def test_no_folder_of_ours_is_opened_wider(folder: Path) -> None:
    private = folder / "private"
    private.mkdir(mode=0o700)
    running = postgres.start_cluster(private / "database", durable=False)
    running.stop()
    assert private.stat().st_mode & 0o777 == 0o700
    if places.root_lends_account():
        assert not running.data.is_relative_to(private)
        shutil.rmtree(running.data.parent)
