"""From hazards to probabilities: what cannot fall from one horizon to the next, by construction.

The time ahead is cut into seven intervals; a model says for each how likely it is that a tutor who is
still here at its beginning is gone at its end (discrete-time hazard, ML guide 2).
"""

import numpy as np

from retention.measures.cube import Floats

EDGES = (0, 1, 3, 7, 14, 30, 60, 90)  # days; interval k is (EDGES[k], EDGES[k + 1]]
INTERVALS = len(EDGES) - 1
HORIZONS = (1, 7, 30, 90)  # days (PRD 3.2)
AT = tuple(EDGES.index(horizon) - 1 for horizon in HORIZONS)  # the interval that ends each horizon


def probabilities(hazards: Floats) -> Floats:
    """(rows, intervals) -> (rows, horizons): the chance to be gone within each horizon."""
    staying = np.cumprod(1 - hazards, axis=1)
    gone: Floats = (1 - staying[:, list(AT)]).astype(np.float64)
    return gone


def logit(chance: Floats) -> Floats:
    """The log odds, kept off the edges."""
    safe = np.clip(chance, 1e-9, 1 - 1e-9)
    odds: Floats = np.log(safe / (1 - safe))
    return odds


def expit(odds: Floats) -> Floats:
    """The chance of log odds."""
    chance: Floats = 1 / (1 + np.exp(-odds))
    return chance
