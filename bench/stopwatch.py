"""CPU seconds of one piece of work: this process's and that of its database sessions."""

import time
from collections.abc import Callable
from pathlib import Path

import psutil
from sqlalchemy import Engine, text
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
    return _with(session.execute(text("SELECT pg_backend_pid()")).scalar_one(), work)


def cpu_with_pooled(engine: Engine, work: Callable[[], object]) -> float:
    """The same for work that opens its transaction itself: with the one session that lies in the pool."""
    with engine.connect() as door:
        number: int = door.execute(text("SELECT pg_backend_pid()")).scalar_one()
    spent = _with(number, work)
    assert engine.pool.status().count("Connections in pool: 1"), "another session has worked as well"
    return spent


def _with(backend: int, work: Callable[[], object]) -> float:
    process = psutil.Process(backend)
    begin = time.process_time() + _spent(process)
    work()
    return time.process_time() + _spent(process) - begin


def _spent(process: psutil.Process) -> float:
    """CPU seconds of a process so far: in nanoseconds where Linux says so, else in its ticks of 10 ms."""
    exact = Path(f"/proc/{process.pid}/schedstat")
    if exact.exists():
        return int(exact.read_text().split()[0]) / 1e9
    times = process.cpu_times()
    return float(times.user + times.system)
