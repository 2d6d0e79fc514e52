"""What goes with a forecast: each feature's share of the log odds, over all the intervals of a window.

An interval counts by its share of the hazard that adds up in the window (ML guide 4), so that the days on
which a tutor would most likely leave are explained, and none of a later window.
"""

import numpy as np

from ml.churn_model import ChurnModel
from ml.features import Matrix
from ml.horizons import INTERVALS
from retention.measures.cube import Floats, Ints

CERTAIN = 1 - 1e-9  # a hazard kept off one, whose toll would be without end


def explained(model: ChurnModel, matrix: Matrix, hazards: Floats, last: Ints) -> Floats:
    """(rows, `churn_model.PARTS`) over the intervals up to each row's `last`.

    They add up to the mean log odds of those intervals, weighed alike.
    """
    return model.contributions(matrix, weights_of(hazards, last))


def weights_of(hazards: Floats, last: Ints) -> Floats:
    """(rows, intervals) what the intervals up to each row's last one count; those of a row sum to 1."""
    within = np.arange(INTERVALS)[None, :] <= last[:, None]
    toll = np.where(within, -np.log1p(-np.minimum(hazards, CERTAIN)), 0.0)
    weights: Floats = toll / toll.sum(axis=1, keepdims=True)
    return weights
