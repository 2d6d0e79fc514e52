"""What goes with a forecast: the intervals of its window, weighed by what each adds to the risk."""

from functools import cache

import numpy as np
import pytest

from ml.churn_model import PARTS, ChurnModel
from ml.explanation import explained, weights_of
from ml.features import Matrix, features
from ml.horizons import AT, HORIZONS, logit, probabilities
from ml.serving import foretold
from retention import policy
from tests.factories.forecasts import the_model
from tests.factories.models import BASE
from tests.ml.cubes import tiring_cube

HAZARDS = np.array([[0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07]])


@cache
def asked() -> tuple[ChurnModel, Matrix]:
    return the_model(), features(tiring_cube(), np.array([120]))[:12, 0]


@pytest.mark.parametrize("last", AT)
def test_the_intervals_of_a_window_and_of_no_later_one_are_weighed(last: int) -> None:
    (weights,) = weights_of(HAZARDS, np.array([last]))
    toll = -np.log(1 - HAZARDS[0, : last + 1])
    assert weights[: last + 1] == pytest.approx(toll / toll.sum())
    assert not weights[last + 1 :].any()


def test_the_parts_add_up_to_the_log_odds_of_the_intervals_as_they_are_weighed() -> None:
    model, matrix = asked()
    hazards, last = model.hazards(matrix), np.arange(len(matrix)) % 7
    parts = explained(model, matrix, hazards, last)
    assert parts.shape == (len(matrix), len(PARTS))
    odds = (weights_of(hazards, last) * logit(hazards)).sum(axis=1)
    assert parts.sum(axis=1) == pytest.approx(odds, abs=1e-4)


def test_a_forecast_keeps_all_that_its_log_odds_are_made_of() -> None:
    model, matrix = asked()
    hazards, told = model.hazards(matrix), foretold(model, matrix, version_id=1, base=BASE)
    last = np.array([AT[HORIZONS.index(one.window_days)] for one in told])
    odds = (weights_of(hazards, last) * logit(hazards)).sum(axis=1)
    assert [sum(one.contributions.values()) for one in told] == pytest.approx(odds, abs=1e-4)


@pytest.mark.parametrize(("days_left", "window"), [(1, 1), (5, 7), (20, 30), (80, 90)])
def test_of_one_who_gave_notice_the_window_that_holds_the_day_is_explained(
    days_left: int, window: int
) -> None:
    model, matrix = asked()
    heard = foretold(model, matrix, version_id=1, base=BASE, notices={3: days_left})
    alone = foretold(model, matrix, version_id=1, base=BASE)
    assert heard[3].window_days == window
    assert heard[3].chances == alone[3].chances  # the model's own word
    assert [one.window_days for place, one in enumerate(heard) if place != 3] == [
        one.window_days for place, one in enumerate(alone) if place != 3
    ]
    assert heard[3].shares == pytest.approx(
        explained(model, matrix, model.hazards(matrix), np.full(12, AT[HORIZONS.index(window)]))[3, :-2]
    )
    assert float(probabilities(model.hazards(matrix))[3, 3]) < policy.NOTICE_CHANCE
