"""How well each feature ranks alone: one that ranks too well has seen the outcome."""

import numpy as np

from ml import metrics
from ml.features import NAMES
from retention.measures.cube import Bools, Floats


def alone(matrix: Floats, gone: Bools) -> dict[str, float]:
    """Feature -> AUC in the better of both directions; unknown values count as the middle one."""
    found: dict[str, float] = {}
    for column, name in enumerate(NAMES):
        known = matrix[~np.isnan(matrix[:, column]), column]
        middle = float(np.median(known)) if len(known) else 0.0
        one_way = metrics.auc(np.nan_to_num(matrix[:, column], nan=middle), gone)
        found[name] = max(one_way, 1 - one_way)
    return found
