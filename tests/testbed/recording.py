"""Histories of real runs, kept so that tomorrow's workflows are tried on today's cases.

A test marked `recorded("name")` writes the histories of its workflows to tests/histories when pytest is
run with `--record-histories`. What is on file is never written over. When a workflow has changed on purpose,
beside its `patched()`, give the mark a new name: the old history stays for as long as such cases may run.
`kept.json` has the digest of each, so that one which was changed or has gone is seen.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHistory

from tests.testbed.settling import children_of

FOLDER = Path(__file__).resolve().parents[1] / "histories"
DIGESTS = FOLDER / "kept.json"
OF_THIS_MACHINE = {"identity", "binaryChecksum", "buildId"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record-histories", action="store_true", help="add to tests/histories what is not there"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "recorded(name): its workflows' histories are kept under this name")


async def keep(request: pytest.FixtureRequest, client: Client, workflow_ids: Iterable[str]) -> None:
    """Write the histories of these workflows and their children, if that is wished."""
    if name := _wished(request):
        for workflow_id in workflow_ids:
            await _keep(client, workflow_id, name=name)


async def keep_longest(request: pytest.FixtureRequest, client: Client, workflow_id: str) -> None:
    """Write the longest of all histories that a workflow with a fixed id has had, if that is wished."""
    if name := _wished(request):
        runs = [run async for run in client.list_workflows(f"WorkflowId = '{workflow_id}'")]
        longest = max(runs, key=lambda run: run.history_length)
        await _keep(client, workflow_id, name=name, run_id=longest.run_id)


def _wished(request: pytest.FixtureRequest) -> str | None:
    mark = request.node.get_closest_marker("recorded")
    return mark.args[0] if mark and request.config.getoption("--record-histories") else None


async def _keep(client: Client, workflow_id: str, *, name: str, run_id: str | None = None) -> None:
    history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
    started = history.events[0].workflow_execution_started_event_attributes
    path = FOLDER / started.workflow_type.name / f"{name}.json"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(_portable(history))
    write_down(path)
    for child_id, _ in children_of(history.events):
        await _keep(client, child_id, name=name)


def write_down(path: Path) -> None:
    """Add a new history to the list of what is kept; one that is on it stays as it was."""
    told = {shown(path): digest(path)} | kept()
    DIGESTS.write_text(json.dumps(dict(sorted(told.items())), indent=1) + "\n")


def kept() -> dict[str, str]:
    """Every history that was ever recorded, with its digest."""
    told: dict[str, str] = json.loads(DIGESTS.read_text()) if DIGESTS.exists() else {}
    return told


def digest(path: Path) -> str:
    """What a history's file holds, in 64 characters."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def shown(path: Path) -> str:
    """A history's name: "Coaching/coaching-straight"."""
    return f"{path.parent.name}/{path.stem}"


def _portable(history: WorkflowHistory) -> str:
    """The history with its id, and without what names this machine."""
    told = {"workflowId": history.workflow_id, **_without_machine(json.loads(history.to_json()))}
    return json.dumps(told, separators=(",", ":")) + "\n"


def _without_machine(part: Any) -> Any:
    if isinstance(part, list):
        return [_without_machine(one) for one in part]
    if isinstance(part, dict):
        return {name: _without_machine(value) for name, value in part.items() if name not in OF_THIS_MACHINE}
    return part


def recorded() -> list[Path]:
    """Every history on file."""
    return sorted(FOLDER.glob("*/*.json"))


def read(path: Path) -> WorkflowHistory:
    """A history from its file."""
    told = json.loads(path.read_text())
    workflow_id = told.pop("workflowId")
    return WorkflowHistory.from_json(workflow_id, told)
