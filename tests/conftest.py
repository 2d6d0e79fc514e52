"""The test bed, one file for each kind of thing that tests need: real servers, never stand-ins."""

import gc
import time

import pytest

pytest_plugins = [
    "tests.testbed.postgres",
    "tests.testbed.queries",
    "tests.testbed.temporal",
    "tests.testbed.time_skipping",
    "tests.testbed.recording",
    "tests.testbed.sharing",
    "tests.testbed.casework",
    "tests.testbed.post_office",
    "tests.testbed.browser",
    "tests.testbed.town",
    "tests.testbed.visitors",
    "tests.testbed.mail_provider",
]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Let Temporal's client go before the interpreter does: it may crash when it goes with it."""
    gc.collect()
    time.sleep(0.1)
