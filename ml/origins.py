"""Real and synthetic tutors in one history: what each counts, and how far each is heard of.

Synthetic tutors may help a young platform to learn; what serves real tutors is calibrated and judged by real
ones alone.
"""

import numpy as np

from retention import policy
from retention.errors import Refusal
from retention.measures.cube import Bools, Cube, Floats, Ints
from retention.measures.silence import silent
from retention.messages.model_card import Provenance


def weights(cube: Cube) -> Floats:
    """(tutors,) how much a row of each counts; all alike where there is one origin only."""
    if not mixed(cube):
        return np.ones(cube.tutors)
    return np.where(cube.synthetic, policy.SYNTHETIC_WEIGHT, 1.0)


def mixed(cube: Cube) -> bool:
    """Whether there are both."""
    return bool(cube.synthetic.any() and not cube.synthetic.all())


def decisive(cube: Cube) -> Bools:
    """(tutors,) who calibrates and judges: the real ones, if there are any."""
    return ~cube.synthetic if mixed(cube) else np.ones(cube.tutors, dtype=np.bool_)


def silent_days(cube: Cube) -> Bools:
    """(tutors, days) on which nothing is known of anybody of the tutor's origin.

    A feed breaks off, or an imported history ends while the other origin's goes on: that is not leaving.
    """
    found = np.zeros(cube.completed.shape, dtype=np.bool_)
    for ours in (cube.synthetic, ~cube.synthetic):
        if ours.any():
            found[ours] = silent(cube.completed[ours].sum(axis=0) > 0)
    return found


def not_silent(cube: Cube) -> None:
    """Raise Refusal while the platform is silent: nothing is known of the days that would judge."""
    heard = np.flatnonzero(~silent_days(cube).all(axis=0))
    last = int(heard[-1]) if len(heard) else -1
    if last < cube.days - 1:
        raise Refusal(
            f"Nobody's sessions are known since {cube.date_of(last + 1)}.",
            instead="A model is learnt again once they come.",
        )


def heard_from(cube: Cube) -> Ints:
    """(tutors,) the first day on which anybody of the tutor's origin is known to have taught.

    Onboardings are older than a history of sessions. Silence before its beginning is not leaving.
    """
    first = np.zeros(cube.tutors, dtype=np.int64)
    for ours in (cube.synthetic, ~cube.synthetic):
        taught = np.flatnonzero(cube.completed[ours].sum(axis=0) > 0)
        first[ours] = taught[0] if len(taught) else 0
    return first


def provenance(cube: Cube, tutor: Ints, gone: Bools) -> list[Provenance]:
    """What rows of a training set come from, by origin; `tutor` and `gone` are those of each row."""
    told, by_tutor = [], weights(cube)
    for name, ours in (("real", ~cube.synthetic), ("synthetic", cube.synthetic)):
        rows = ours[tutor]
        if rows.any():
            told.append(
                Provenance(
                    origin=name,
                    tutors=len(np.unique(tutor[rows])),
                    rows=int(rows.sum()),
                    events=len(np.unique(tutor[rows & gone])),
                    weight=float(by_tutor[tutor[rows][0]]),
                )
            )
    return told
