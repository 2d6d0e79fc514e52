"""Doing a long thing once, although several processes may ask for it at the same time."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold the lock file; others wait. The kernel frees it when this process ends in any way."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def made_once(target: Path, *, make: Callable[[Path], None]) -> Path:
    """`target`, made by `make(unfinished)` if it is missing; a broken attempt never looks like a result."""
    if target.exists():
        return target
    with alone(target.parent / f".{target.name}.lock"):
        if target.exists():
            return target
        for broken in target.parent.glob(f".{target.name}.unfinished*"):  # its maker was killed
            _remove(broken)
        unfinished = target.parent / f".{target.name}.unfinished"
        try:
            make(unfinished)
            unfinished.rename(target)
        finally:
            _remove(unfinished)
    return target


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
