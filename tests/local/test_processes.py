"""The supervisor starts, restarts and stops."""

import os
from pathlib import Path

from local import children, places
from local.processes import FIRST_BACK_OFF, Process, Supervisor

SLEEPER = Process("sleeper", "timeit", ("-n", "1", "-r", "1", "import time; time.sleep(600)"))
CRASHER = Process("crasher", "timeit", ("-n", "1", "-r", "1", "1 / 0"))


def test_only_processes_that_this_version_has_are_named() -> None:
    assert Process("itself", "local").exists
    assert Process("folder without an entry", "retention").exists is False
    assert Process("nothing", "nosuchfolder").exists is False


def test_a_process_runs_until_it_is_stopped(own_home: Path) -> None:
    supervisor = Supervisor(dict(os.environ))
    supervisor.start(SLEEPER)
    child = supervisor.watched["sleeper"].child
    assert supervisor.look() == []
    assert child.poll() is None
    supervisor.stop(["sleeper"])
    assert child.poll() is not None
    assert supervisor.watched == {}


def test_a_crashed_process_is_started_again_after_a_pause_that_grows(own_home: Path) -> None:
    supervisor = Supervisor(dict(os.environ))
    supervisor.start(CRASHER)
    said: list[str] = []

    def seen_twice() -> bool:
        said.extend(supervisor.look())
        return len(said) >= 3

    assert children.wait_until(seen_twice, within=20)
    assert f"again in {FIRST_BACK_OFF} s" in said[0]
    assert said[1] == "crasher was started again."
    assert f"again in {2 * FIRST_BACK_OFF} s" in said[2]
    assert "ZeroDivisionError" in (places.logs() / "crasher.log").read_text()
    supervisor.stop(["crasher"])
