"""Starting a process that never outlives the one that started it."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

NOWHERE = subprocess.DEVNULL

Child = subprocess.Popen[bytes]


def start(
    command: Sequence[str | Path],
    *,
    log: IO[bytes] | int,
    environment: Mapping[str, str] | None = None,
    folder: Path | str | None = None,
    account: int | None = None,
    on_orphaned: signal.Signals = signal.SIGKILL,
    stdin: int = subprocess.DEVNULL,
    stderr: int = subprocess.STDOUT,
) -> Child:
    """Start `command` in its own process group; the kernel sends it `on_orphaned` when we die.

    Call it from the main thread: the signal follows the thread that started the child. Its own group keeps
    Ctrl-C away from it, so that the parts can be stopped in order.
    """
    lent: dict[str, Any] = {} if account is None else {"user": account, "group": account, "extra_groups": ()}
    return subprocess.Popen(
        [str(word) for word in command],
        stdin=stdin,
        stdout=log,
        stderr=stderr,
        env=dict(environment) if environment is not None else None,
        cwd=folder,
        process_group=0,
        preexec_fn=bound_to(os.getpid(), on_orphaned),  # noqa: PLW1509 (one prctl call, no locks)
        **lent,
    )


def stop(child: Child, *, kindly: signal.Signals = signal.SIGTERM, patience: float = 15) -> bool:
    """Ask the child to end, insist after `patience` seconds; whether asking was enough."""
    if child.poll() is not None:
        return True
    child.send_signal(kindly)
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
        return False
    return True


def wait_until(answers: Callable[[], bool], *, within: float, child: Child | None = None) -> bool:
    """Ask again and again for `within` seconds; gives up at once when the child has ended."""
    last = time.monotonic() + within
    while time.monotonic() < last:
        if answers():
            return True
        if child is not None and child.poll() is not None:
            return False
        time.sleep(0.05)
    return False


def bound_to(parent: int, death_signal: signal.Signals) -> Callable[[], None]:
    """What a forked process does first, so that it gets a signal when its parent dies."""

    def bind() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # the parent died between fork and prctl
            os._exit(1)

    return bind
