"""Which of several test processes this is."""

import os


def worker_name() -> str:
    """`gw0`, `gw1`… under pytest-xdist, `main` otherwise."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")
