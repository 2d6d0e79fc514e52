"""Sums, means and quantiles over the last days of a cube."""

import numpy as np

from retention.measures.cube import THOUSANDTHS, WAIT_EDGES, Cube, Floats, Ints


class Windows:
    """Sums over the last days of a cube, at the end of each of the days asked for."""

    def __init__(self, cube: Cube, days: Ints) -> None:
        self.cube = cube
        self.days = days
        self._running: dict[str, Ints] = {}

    def sums(self, name: str, length: int, *, before: int = 0) -> Floats:
        """Sum over `length` days that end `before` days ago: (tutors, days asked for, ...)."""
        if name not in self._running:
            counts: Ints = getattr(self.cube, name)
            nothing = np.zeros_like(counts[:, :1])
            self._running[name] = np.concatenate([nothing, np.cumsum(counts, axis=1)], axis=1)
        running, end = self._running[name], np.maximum(self.days + 1 - before, 0)
        return _floats(running[:, end] - running[:, np.maximum(end - length, 0)])

    def tenure(self) -> Floats:
        """Whole days since onboarding."""
        return _floats(self.days[None, :] - self.cube.onboarded[:, None])


def _floats(counts: Ints) -> Floats:
    floats: Floats = counts.astype(np.float64)
    return floats


def share(part: Floats, whole: Floats) -> Floats:
    """part / whole, NaN where there is nothing to divide by."""
    quotient: Floats = np.full(part.shape, np.nan)
    np.divide(part, whole, out=quotient, where=whole > 0)
    return quotient


def days_since(cube: Cube, name: str, days: Ints) -> Floats:
    """Days since something last happened; since onboarding where it never did."""
    happened = getattr(cube, name) > 0
    index = np.where(happened, np.arange(cube.days)[None, :], cube.onboarded[:, None])
    return _floats(days[None, :] - np.maximum.accumulate(index, axis=1)[:, days])


def stated(cube: Cube) -> Floats:
    """(tutors, days) the hours a week last offered up to each day; NaN: never stated."""
    known = ~np.isnan(cube.availability)
    last = np.maximum.accumulate(np.where(known, np.arange(cube.days)[None, :], -1), axis=1)
    hours = np.take_along_axis(cube.availability, np.maximum(last, 0), axis=1)
    return np.where(last >= 0, hours, np.nan)


def highest(counts: Ints, days: Ints, length: int) -> Floats:
    """The most of any of the last days."""
    highest = counts[:, days].copy()
    for back in range(1, length):
        highest = np.maximum(highest, np.where(days >= back, counts[:, np.maximum(days - back, 0)], 0))
    return _floats(highest)


def mean(hours: Floats, days: Ints, length: int) -> Floats:
    """Mean over the last days, of those on which it was known."""
    known = ~np.isnan(hours)
    thousandths = np.where(known, np.round(hours * THOUSANDTHS), 0).astype(np.int64)
    parts = []
    for counts in (thousandths, known.astype(np.int64)):
        running = np.concatenate([np.zeros_like(counts[:, :1]), np.cumsum(counts, axis=1)], axis=1)
        parts.append((running[:, days + 1] - running[:, np.maximum(days + 1 - length, 0)]).astype(np.float64))
    return share(parts[0], parts[1]) / THOUSANDTHS


def wait_quantile(windows: Windows, quantile: float) -> Floats:
    """A quantile of the week's answer times as log(1 + minutes), by the bins' upper edges."""
    bins = windows.sums("waits", 7)
    running = np.cumsum(bins, axis=-1)
    total = running[..., -1]
    place = np.argmax(running >= quantile * total[..., None], axis=-1)
    return np.where(total > 0, np.log1p(WAIT_EDGES[place]), np.nan)
