"""Cases that run for weeks live through deploys: every kept history must still be told the same way."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.worker import Replayer

from retention.messages.cases import CaseResult, StartCase
from retention.temporal.connection import CONVERTER
from retention.vocabulary import Outcome
from tests.testbed import recording
from tests.testbed.recording import FOLDER, read, recorded
from workflows.registry import CASE_WORKFLOWS, UPKEEP_WORKFLOWS, runner

ADVICE = (
    "A kept history stands for cases that are under way: restore it, and guard the story with patched(). A "
    "new one is written down by pytest --record-histories, or by python -m tests.architecture.fingerprints"
)
ALL = (*CASE_WORKFLOWS, *UPKEEP_WORKFLOWS)


@workflow.defn(name="AlertCheck", sandboxed=False)
class HastyCheck:
    """A story told otherwise: it closes without asking anybody."""

    @workflow.run
    async def run(self, case: StartCase) -> CaseResult:
        return CaseResult(case_id=case.case_id, outcome=Outcome.NO_ACTION_NEEDED)

    @workflow.signal
    def rule_resolved(self, _resolved: object) -> None: ...


def replayer(workflows: Sequence[type]) -> Replayer:
    return Replayer(workflows=workflows, data_converter=CONVERTER, workflow_runner=runner())


@pytest.mark.parametrize("path", recorded(), ids=recording.shown)
async def test_a_kept_history_is_told_the_same_way(path: Path) -> None:
    await replayer(ALL).replay_workflow(read(path))


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_workflow_has_a_kept_history(kind: type) -> None:
    assert list((FOLDER / kind.__name__).glob("*.json"))


def test_no_kept_history_is_changed_or_gone() -> None:
    on_file = {recording.shown(path): recording.digest(path) for path in recorded()}
    assert on_file == recording.kept(), ADVICE


def test_a_history_on_file_is_not_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "DIGESTS", tmp_path / "kept.json")
    path = tmp_path / "Coaching" / "straight.json"
    path.parent.mkdir()
    path.write_text("as it was")
    recording.write_down(path)
    path.write_text("otherwise")
    recording.write_down(path)
    assert recording.kept() != {"Coaching/straight": recording.digest(path)}


async def test_a_story_told_otherwise_is_found() -> None:
    (path, *_) = sorted((FOLDER / "AlertCheck").glob("*.json"))
    with pytest.raises(workflow.NondeterminismError):
        await replayer([HastyCheck]).replay_workflow(read(path))
