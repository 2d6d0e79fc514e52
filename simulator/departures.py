"""Who has left by the glossary's words, for every tutor at once; day by day as `retention.measures.stays`."""

from dataclasses import dataclass

import numpy as np

from retention import policy
from simulator.chronicle import Chronicle
from simulator.columns import Flags, Floats, Ints

WEEK = 7
REASONS = ("", "resignation", "inactivity", "reduced_activity")
STILL_HERE, RESIGNATION, INACTIVITY, REDUCED = range(4)


@dataclass(frozen=True)
class Departures:
    """For each day and tutor: whether a stay lasts at the day's end, and how one ended on the day."""

    here: Flags  # [day, tutor]
    ended: Ints  # [day, tutor], REASONS


@dataclass
class _Walk:
    """What is remembered of each tutor from day to day."""

    active: Flags
    idle: Ints
    weeks: Ints  # [21 days, tutor], the newest last
    known: Ints  # days of this stay in `weeks`
    reason: Ints  # of the last end


def departures(run: Chronicle) -> Departures:
    """The ends of stays that the counts prove; today's end shows from tomorrow on."""
    people, first = run.world.tutors, run.world.day - run.days
    joined, size = np.floor(people.joined).astype(np.int64) - first, len(people.number)
    nothing = np.zeros(size, dtype=np.int64)
    window = np.zeros((WEEK * policy.REDUCED_WEEKS, size), dtype=np.int64)
    walk = _Walk(np.zeros(size, dtype=np.bool_), nothing.copy(), window, nothing.copy(), nothing.copy())
    here = np.zeros((run.days, size), dtype=np.bool_)
    ended = np.zeros((run.days, size), dtype=np.int64)
    for day in range(run.days):
        starts = (joined == day) | ((joined < 0) & (day == 0))
        completed, leave = run.counts["completed"][day], run.counts["on_leave"][day] > 0
        _begin(walk, starts | _back(walk, completed, floor=_floor(people.baseline)))
        ended[day] = _ends(walk, completed, leave, floor=_floor(people.baseline), tenure=day - joined)
        ended[day] = np.where(walk.active & (_day_of(run.last_day) == day), RESIGNATION, ended[day])
        _end(walk, ended[day])
        here[day] = walk.active
    return Departures(here, ended)


def leaving_within(gone: Departures, day: int, *, days: int) -> Flags:
    """Who is here at the end of a day and leaves in the days after it."""
    return np.asarray(gone.here[day] & (gone.ended[day + 1 : day + 1 + days] != STILL_HERE).any(axis=0))


def _floor(baseline: Floats) -> Floats:
    return np.asarray(policy.REDUCED_SHARE * baseline)


def _begin(walk: _Walk, who: Flags) -> None:
    walk.active |= who
    walk.idle[who], walk.known[who] = -1, 0
    walk.weeks[:, who] = 0


def _day_of(instant: Floats) -> Floats:
    """The day of which an instant is a part; midnight belongs to the day that it ends, as in the labels."""
    return np.ceil(instant) - 1


def _end(walk: _Walk, ended: Ints) -> None:
    """Who has left is remembered by the reason alone: a return is measured by what is taught from then on."""
    who = ended != STILL_HERE
    walk.active &= ~who
    walk.reason = np.where(who, ended, walk.reason)
    walk.weeks[:, who] = 0


def _back(walk: _Walk, completed: Ints, *, floor: Floats) -> Flags:
    """Who was gone and teaches again; who taught too little, when a week reaches half of the baseline."""
    week = walk.weeks[1 - WEEK :].sum(axis=0) + completed
    enough = np.where(walk.reason == REDUCED, week >= floor, completed > 0)
    return np.asarray(~walk.active & (walk.reason > RESIGNATION) & enough)


def _ends(walk: _Walk, completed: Ints, leave: Flags, *, floor: Floats, tenure: Ints) -> Ints:
    counts = ~leave
    walk.idle = np.where(completed > 0, 0, walk.idle + counts)
    shifted = np.vstack([walk.weeks[1:], completed[None, :]])
    walk.weeks = np.where(counts[None, :], shifted, walk.weeks)
    walk.known = walk.known + counts
    weeks = walk.weeks.reshape(policy.REDUCED_WEEKS, WEEK, -1).sum(axis=1)
    low = (weeks < floor).all(axis=0) & (walk.known >= WEEK * policy.REDUCED_WEEKS)
    low &= tenure >= policy.REDUCED_MIN_TENURE.days
    silent = walk.idle >= policy.INACTIVITY_DAYS
    reason = np.where(silent, INACTIVITY, np.where(low, REDUCED, STILL_HERE))
    return np.asarray(np.where(walk.active & counts, reason, STILL_HERE))
