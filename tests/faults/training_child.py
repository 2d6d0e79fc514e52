"""A process that learns a model and stands still before it keeps it, so that it can be killed there."""

import sys
import time
from datetime import UTC, datetime
from functools import partial

from activities import model_training
from activities.model_training import fit_challenger
from ml import challenger
from retention.messages.training import FitChallenger
from retention.records import model_trainings
from retention.records.database import Session
from retention.records.model_trainings import ModelTraining
from tests.ml.cubes import tiring_cube

ASKED = FitChallenger(training_id="model-training/killed", as_of=datetime(2026, 11, 18, 2, tzinfo=UTC))
WRITTEN = "written"
BEGIN = model_trainings.begin
QUICKLY = partial(challenger.made, draws=2)


def stand_still(session: Session, training: ModelTraining) -> None:
    """Everything is written and nothing is kept."""
    BEGIN(session, training)
    sys.stdout.write(f"{WRITTEN}\n")
    sys.stdout.flush()
    time.sleep(600)


if __name__ == "__main__":
    model_training.cube_of_record = lambda *_wanted, **_days: tiring_cube(60, 90)
    model_trainings.begin = stand_still
    challenger.made = QUICKLY
    fit_challenger(ASKED)
