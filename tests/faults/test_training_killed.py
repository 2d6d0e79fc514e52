"""The process that learns a model is killed with everything written and nothing kept."""

import subprocess
import sys

import pytest
from sqlalchemy import func, select

from activities import model_training
from activities.model_training import fit_challenger
from ml import challenger
from retention.records.database import transaction
from retention.records.model_trainings import ModelTraining
from retention.records.model_versions import ModelVersion
from tests.faults.training_child import ASKED, QUICKLY, WRITTEN
from tests.ml.cubes import tiring_cube

CHILD = [sys.executable, "-m", "tests.faults.training_child"]


def kept() -> tuple[int, int]:
    """How many versions and trainings there are."""
    with transaction() as session:
        counts = [
            session.scalar(select(func.count()).select_from(one)) for one in (ModelVersion, ModelTraining)
        ]
    return counts[0] or 0, counts[1] or 0


def test_a_killed_training_leaves_no_half_version_and_the_next_try_makes_one(
    data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with subprocess.Popen(CHILD, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == WRITTEN
        child.kill()
    assert kept() == (0, 0)
    monkeypatch.setattr(model_training, "cube_of_record", lambda *_wanted, **_days: tiring_cube(60, 90))
    monkeypatch.setattr(challenger, "made", QUICKLY)
    assert fit_challenger(ASKED).version_id is not None
    assert kept() == (1, 1)
