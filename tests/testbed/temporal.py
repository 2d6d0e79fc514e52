"""A real Temporal: one dev server a run, new namespaces for each test that has processes or workers.

Like PostgreSQL it is started by the controller, so that several test processes share it.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from temporalio.client import Client

from local import temporal_binary
from local.temporal_server import TemporalServer, start_temporal
from retention.settings import settings
from retention.temporal import namespaces
from retention.temporal.connection import connect

HANDED_OVER = "mainstay_temporal"
RUNNING = pytest.StashKey[TemporalServer]()


@dataclass(frozen=True)
class TwoNamespaces:
    """Clients of one test's own namespaces: what managers follow, and the machinery."""

    address: str
    cases: Client
    upkeep: Client


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Hand the one server over to a test process (pytest-xdist calls this in the controller)."""
    node.workerinput[HANDED_OVER] = _started(node.config)  # type: ignore[attr-defined] # xdist is untyped


def pytest_unconfigure(config: pytest.Config) -> None:
    if RUNNING in config.stash:
        config.stash[RUNNING].stop()
        del config.stash[RUNNING]


def _started(config: pytest.Config) -> str:
    if RUNNING not in config.stash:
        config.stash[RUNNING] = start_temporal(None, program=temporal_binary.provide(), ui=False)
    return config.stash[RUNNING].address


@pytest.fixture(scope="session")
def temporal_address(request: pytest.FixtureRequest) -> str:
    """Where the run's dev server listens."""
    given: str | None = getattr(request.config, "workerinput", {}).get(HANDED_OVER)
    return given or _started(request.config)


@pytest.fixture
async def temporal(temporal_address: str) -> AsyncIterator[TwoNamespaces]:
    """New namespaces with our search attributes; the settings of this process and its children name them."""
    mark = uuid4().hex[:12]
    made = [await _namespace(temporal_address, f"{kind}-{mark}") for kind in ("cases", "upkeep")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEMPORAL_ADDRESS", temporal_address)
        patch.setenv("TEMPORAL_NAMESPACE", made[0].namespace)
        patch.setenv("TEMPORAL_UPKEEP_NAMESPACE", made[1].namespace)
        settings.cache_clear()
        yield TwoNamespaces(temporal_address, *made)
    settings.cache_clear()


async def _namespace(address: str, name: str) -> Client:
    client = await connect(address, name)
    await namespaces.prepare(client, name, attributes=True)
    return client
