"""Histories of real runs, kept so that tomorrow's workflows are tried on today's cases.

A test marked `recorded("name")` writes the histories of its workflows to tests/histories when pytest is
run with `--record-histories`. When a workflow has changed on purpose, beside its `patched()`, give the mark a
new name: the old history stays for as long as such cases may run.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHistory

from tests.testbed.settling import children_of

FOLDER = Path(__file__).resolve().parents[1] / "histories"
OF_THIS_MACHINE = {"identity", "binaryChecksum", "buildId"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record-histories", action="store_true", help="write tests/histories anew")


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
    path.parent.mkdir(exist_ok=True)
    path.write_text(_portable(history))
    for child_id, _ in children_of(history.events):
        await _keep(client, child_id, name=name)


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
