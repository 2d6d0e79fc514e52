"""Days of which nobody's session is known: the platform is silent, and its tutors are not idle. Pure."""

import numpy as np

from retention import policy
from retention.measures.cube import Bools


def silent(taught: Bools) -> Bools:
    """Which days lie in a run of more than `SILENT_DAYS` on which nobody taught; (days,) both."""
    edges = np.flatnonzero(np.diff(np.concatenate([[True], taught, [True]]).astype(np.int8)))
    found = np.zeros(len(taught), dtype=np.bool_)
    for begins, ends in edges.reshape(-1, 2):  # of runs without a session
        found[begins:ends] = ends - begins > policy.SILENT_DAYS
    return found
