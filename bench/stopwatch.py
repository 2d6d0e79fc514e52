"""CPU seconds of one piece of work: this process's and that of its database sessions."""

import time
from collections.abc import Callable
from pathlib import Path

import psutil
from sqlalchemy import text
from sqlalchemy.orm import Session


def wall(work: Callable[[], object]) -> float:
    """Seconds on the wall."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def cpu_with_backend(session: Session, work: Callable[[], object]) -> float:
    """CPU seconds of this process and of the session's server process together."""
    backend = psutil.Process(session.execute(text("SELECT pg_backend_pid()")).scalar_one())
    begin = time.process_time() + _spent(backend)
    work()
    return time.process_time() + _spent(backend) - begin


def _spent(process: psutil.Process) -> float:
    """CPU seconds of a process so far: in nanoseconds where Linux says so, else in its ticks of 10 ms."""
    exact = Path(f"/proc/{process.pid}/schedstat")
    if exact.exists():
        return int(exact.read_text().split()[0]) / 1e9
    times = process.cpu_times()
    return float(times.user + times.system)
