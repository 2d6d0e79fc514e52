"""A process never outlives the one that started it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from local import children, places

SLEEPS = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN_SCRIPT = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(1, flush=True)
time.sleep(600)
"""
STUBBORN = [sys.executable, "-c", STUBBORN_SCRIPT]
STARTS_ONE_AND_WAITS = f"""
import time
from local import children
child = children.start({SLEEPS!r}, log=children.NOWHERE)
print(child.pid, flush=True)
time.sleep(600)
"""


def ended(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_ends_when_its_parent_is_killed(how: signal.Signals) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", STARTS_ONE_AND_WAITS], cwd=places.CHECKOUT, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert not ended(child)
    parent.send_signal(how)
    parent.wait(10)
    parent.stdout.close()
    assert children.wait_until(lambda: ended(child), within=5)


def test_the_keyboard_does_not_reach_a_child_past_us() -> None:
    child = children.start(SLEEPS, log=children.NOWHERE)
    assert os.getpgid(child.pid) != os.getpgid(0)
    assert children.stop(child)


def test_a_child_that_does_not_listen_is_made_to_end() -> None:
    child = children.start(STUBBORN, log=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    assert not children.stop(child, patience=0.2)
    assert child.returncode == -signal.SIGKILL
    child.stdout.close()


def test_waiting_ends_at_once_when_the_child_is_gone() -> None:
    child = children.start([sys.executable, "-c", ""], log=children.NOWHERE)
    assert not children.wait_until(lambda: False, within=60, child=child)


@pytest.mark.skipif(not places.root_lends_account(), reason="only root can lend an account")
def test_a_lent_account_is_not_ours(folder: Path) -> None:
    says = [sys.executable, "-c", "import os; print(os.getuid(), os.getgid(), os.getgroups())"]
    if not places.reachable(Path(sys.executable).resolve().parent):
        says = ["/usr/bin/id", "-u"]
    child = children.start(says, log=subprocess.PIPE, folder=folder, account=places.UNPRIVILEGED_ID)
    said, _ = child.communicate()
    assert said.decode().startswith(str(places.UNPRIVILEGED_ID))
