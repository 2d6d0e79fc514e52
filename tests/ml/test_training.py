"""How the parameters are chosen: caution stays unless something is clearly better, tutor by tutor."""

import numpy as np
import pytest

from ml import hazard, training
from ml.labels import labels
from ml.person_periods import PersonPeriods
from ml.splits import split
from ml.training import searched
from retention.measures.cube import Floats
from tests.ml.cubes import a_cube, tiring_cube

LOSS = 0.1  # of every row, by the most cautious candidate


def chosen(monkeypatch: pytest.MonkeyPatch, *, gain: float, of_one_tutor: bool) -> int:
    """Which candidate is chosen when the third loses less: by all tutors' rows, or by those of one alone."""
    cube = tiring_cube(60, 120)
    asked: list[dict[str, int]] = []

    def losses(choice: dict[str, int], rows: PersonPeriods) -> Floats:
        ours = rows.tutor == rows.tutor[0] if of_one_tutor else np.ones(len(rows.gone), dtype=np.bool_)
        loss: Floats = np.full(len(rows.gone), LOSS) - gain * ours * (choice == hazard.CANDIDATES[2])
        return loss

    def fitted(_rows: PersonPeriods, choice: dict[str, int]) -> dict[str, int]:
        asked.append(choice)
        return choice

    monkeypatch.setattr(training, "log_losses", losses)
    monkeypatch.setattr(hazard, "fitted", fitted)
    found = searched(cube, labels(cube), split(20, 100))
    assert asked == list(hazard.CANDIDATES)
    return hazard.CANDIDATES.index(found)


def test_what_is_clearly_better_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen(monkeypatch, gain=0.05, of_one_tutor=False) == 2


def test_a_gain_on_one_tutor_alone_is_chance_and_caution_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen(monkeypatch, gain=0.05, of_one_tutor=True) == 0


def test_where_nobody_leaves_there_is_nothing_to_compare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hazard, "fitted", lambda *_asked: pytest.fail("Nothing can be learnt here."))
    cube = a_cube(120, 5, completed=np.full((5, 120), 2))
    assert searched(cube, labels(cube), split(20, 100)) == hazard.USUAL
