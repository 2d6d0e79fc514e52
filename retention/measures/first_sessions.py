"""First sessions as arrays: what is known of each when it is booked, and what its students said of it.

From the database as it was known at a cutoff, or from a synthetic world's tables; both the same way, so that
training, serving and evaluation see the same. There is no student in it, only the band of an age.
"""

from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retention.measures.cube import FAR, Bools, Floats, Ints
from retention.policy import FIRST_FAILURE_RATING

Texts = npt.NDArray[np.str_]
UNTOLD = 0  # stars of a session of which nobody has said anything


@dataclass(frozen=True)
class FirstSessions:
    """One row a first session; days are counted as in the cube that they are looked at with."""

    tutor: Ints  # our number
    day: Ints  # index of the UTC day for which it is booked
    hour: Ints  # of its start on the tutor's clock, 0-23
    weekday: Ints  # on the tutor's clock, Monday 0
    subject: Texts
    age_band: Texts  # of the student; "": not told
    said_on: Ints  # index of the UTC day of the last words about it; FAR: none
    stars: Ints  # the least rating that it was given; UNTOLD: none
    true_chance: Floats  # of a rating below 3, in a synthetic world; NaN: nobody can know

    def __len__(self) -> int:
        return len(self.tutor)

    @property
    def rated(self) -> Bools:
        """Whose students have said how it went."""
        return self.stars > UNTOLD

    @property
    def failed(self) -> Bools:
        """Rated below 3; a 3 is no failure (design 3, First session)."""
        return self.rated & (self.stars < FIRST_FAILURE_RATING)

    def of(self, rows: Ints | Bools) -> "FirstSessions":
        """Some of the rows."""
        return replace(self, **{one.name: getattr(self, one.name)[rows] for one in fields(self)})


def nothing() -> FirstSessions:
    """No first session."""
    whole = np.zeros(0, dtype=np.int64)
    text = np.zeros(0, dtype="U1")
    return FirstSessions(
        tutor=whole, day=whole, hour=whole, weekday=whole, subject=text, age_band=text,
        said_on=whole, stars=whole, true_chance=np.zeros(0),
    )  # fmt: skip


def joined(parts: list[FirstSessions]) -> FirstSessions:
    """Tables below each other."""
    if not parts:
        return nothing()
    names = [one.name for one in fields(FirstSessions)]
    return FirstSessions(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def unheard(rows: FirstSessions) -> FirstSessions:
    """The same sessions before anybody has said anything."""
    return replace(rows, said_on=np.full(len(rows), FAR), stars=np.full(len(rows), UNTOLD, dtype=np.int64))


def kept(rows: FirstSessions, path: Path) -> None:
    """Write to a file, which `read` understands."""
    np.savez_compressed(path, **{one.name: getattr(rows, one.name) for one in fields(rows)})


def read(path: Path) -> FirstSessions:
    """The first sessions in a file; arrays only, nothing in it is run."""
    with np.load(path, allow_pickle=False) as stored:
        return FirstSessions(**{name: stored[name] for name in stored.files})
