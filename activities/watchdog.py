"""Ends this process when C code hangs in it: nothing else can, for such code lets no thread run."""

import faulthandler
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

ENGINE_PATIENCE = timedelta(seconds=60)  # for a batch or a book that takes about a tenth of a second


@contextmanager
def not_longer_than(limit: timedelta) -> Iterator[None]:
    """A block that takes longer ends the process, with every thread's stack on standard error.

    Whoever watches the process starts it again, and what it had in hand is tried once more. A process has
    one such clock: blocks do not nest.
    """
    faulthandler.dump_traceback_later(limit.total_seconds(), exit=True, file=2)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
