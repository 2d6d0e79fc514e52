"""`make up`: from nothing to a running demo, down in order, and up again after any end."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from local import children, places
from local.children import Child

pytestmark = [pytest.mark.slow, pytest.mark.devserver, pytest.mark.timeout(900)]

FEW = ("--tutors", "20")
START_PATIENCE = 600.0  # seconds, with history and playback on a busy machine
UP = "Mainstay is running"


class Launcher:
    """`python -m local up` in a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "TEMPORAL_ADDRESS")
        } | {"MAINSTAY_HOME": str(home)}
        self.said = home / "said.txt"
        self.child: Child | None = None

    def start(self) -> None:
        with self.said.open("wb") as out:
            self.child = children.start(
                [sys.executable, "-m", "local", "up", *FEW],
                log=out,
                environment=self.environment,
                folder=places.CHECKOUT,
                on_orphaned=signal.SIGTERM,
            )
        up = children.wait_until(lambda: UP in self.said.read_text(), within=START_PATIENCE, child=self.child)
        assert up, self.said.read_text()

    def ask(self, *words: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "local", *words],
            cwd=places.CHECKOUT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    def processes(self) -> list[int]:
        return list(json.loads(self.ask("status", "--json")[1])["processes"].values())

    def end(self, how: signal.Signals) -> int:
        assert self.child is not None
        self.child.send_signal(how)
        return self.child.wait(120)


@pytest.fixture
def launcher(own_home: Path) -> Iterator[Launcher]:
    one = Launcher(own_home)
    yield one
    if one.child is not None:
        children.stop(one.child, patience=90)


def none_left(pids: list[int]) -> bool:
    return not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in pids)


def test_a_demo_starts_answers_and_continues_after_every_kind_of_end(launcher: Launcher) -> None:
    launcher.start()
    code, said = launcher.ask("doctor")
    assert code == 0, said
    assert "already runs" in launcher.ask("up")[1]
    running = launcher.processes()

    assert launcher.end(signal.SIGINT) == 0
    assert none_left(running)
    assert launcher.ask("doctor")[0] == 1

    launcher.start()
    assert "history" not in launcher.said.read_text()
    running = launcher.processes()
    launcher.end(signal.SIGKILL)
    assert children.wait_until(lambda: none_left(running), within=10)

    launcher.start()
    assert launcher.ask("doctor")[0] == 0
    assert launcher.ask("down")[0] == 0
    assert launcher.ask("up", "--tutors", "21")[0] == 1
    assert launcher.ask("clean")[0] == 0
