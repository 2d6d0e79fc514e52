"""Chance without a memory: a draw depends on the seed and on what it is for, on nothing else.

Each draw is a hash of its key (seed, tutor, day, which session …) and the name of what is drawn.
So a day of a tutor is the same whatever was drawn before it, at any speed, after any pause, and a
world with one more tutor, or with one tutor treated differently, keeps all other draws.
The hash is the finaliser of splitmix64 (Steele, Lea, Flood 2014), applied once for each key.
"""

from functools import lru_cache
from zlib import crc32

import numpy as np

from simulator.columns import Floats, Ints, Keys

STEP = np.uint64(0x9E3779B97F4A7C15)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)
UNIT = 2.0**-53
MOST = 24  # a count above this is cut: no tutor-day reaches it


def keys(seed: int, *columns: Ints | int) -> Keys:
    """One key for each row, from the seed and the columns that name the row."""
    rows = max((np.size(column) for column in columns), default=1)
    key: Keys = np.full(rows, seed, dtype=np.int64).astype(np.uint64)
    for column in columns:
        key = _mixed(key + np.asarray(column, dtype=np.int64).astype(np.uint64) * STEP + STEP)
    return key


def uniform(key: Keys, what: str) -> Floats:
    """Between 0 and 1, each row on its own, never exactly 0."""
    drawn = _mixed(_mixed(key ^ _named(what)) + STEP)
    return ((drawn >> np.uint64(11)).astype(np.float64) + 0.5) * UNIT


def normal(key: Keys, what: str) -> Floats:
    """Standard normal, by Box and Muller."""
    radius = np.sqrt(-2.0 * np.log(uniform(key, what)))
    return np.asarray(radius * np.cos(2.0 * np.pi * uniform(key, f"{what}, angle")))


def exponential(key: Keys, what: str) -> Floats:
    """Exponential with mean 1."""
    return np.asarray(-np.log(uniform(key, what)))


def poisson(key: Keys, what: str, *, mean: Floats) -> Ints:
    """A count with this mean, by inversion; at most `MOST`."""
    drawn = uniform(key, what)
    chance = np.exp(-mean)
    reached = chance.copy()
    count = np.zeros(len(key), dtype=np.int64)
    for number in range(1, MOST + 1):
        beyond = drawn > reached
        if not beyond.any():
            break
        count[beyond] = number
        chance = chance * mean / number
        reached = reached + chance
    return count


def choice(key: Keys, what: str, *, weights: Floats) -> Ints:
    """The place of one weight for each row; `weights` is one list for all, or one a row."""
    edges = np.cumsum(np.atleast_2d(weights), axis=1)
    edges = edges / edges[:, -1:]
    chosen = (uniform(key, what)[:, None] > edges[:, :-1]).sum(axis=1)
    return np.asarray(chosen, dtype=np.int64)


@lru_cache(maxsize=256)
def _named(what: str) -> np.uint64:
    return np.uint64(crc32(what.encode()) * 0x100000001 + 1)


def _mixed(key: Keys) -> Keys:
    key = (key ^ (key >> np.uint64(30))) * FIRST
    key = (key ^ (key >> np.uint64(27))) * SECOND
    return np.asarray(key ^ (key >> np.uint64(31)))
