"""Geometry of the charts: figures in, SVG numbers out. Labels are HTML and stay legible at any width."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

WIDTH = 400.0  # units of the viewBox; the page stretches it
HEIGHT = 100.0
BAND_EDGES = (("low", 0, 25), ("medium", 25, 50), ("high", 50, 75), ("critical", 75, 100))


@dataclass(frozen=True)
class Point:
    """One value and what it belongs to, e.g. a day; None where nothing is known."""

    label: str
    value: float | None


@dataclass(frozen=True)
class Zone:
    """A band behind the line, from the top down."""

    band: str
    top: float
    height: float


@dataclass(frozen=True)
class Line:
    """A line chart: pieces of line (gaps where values are missing), lone values, the newest, the frame."""

    pieces: tuple[str, ...]
    lone: tuple[tuple[float, float], ...]
    last: tuple[float, float] | None
    threshold: float | None
    zones: tuple[Zone, ...]
    marks: tuple[tuple[float, str], ...]
    low: float
    high: float
    first_label: str
    last_label: str


@dataclass(frozen=True)
class Bullet:
    """A value on its scale beside its threshold, all as shares of 400."""

    filled: float
    target: float | None


def line(
    points: Sequence[Point],
    *,
    low: float | None = None,
    high: float | None = None,
    threshold: float | None = None,
    bands: bool = False,
    marks: Sequence[tuple[int, str]] = (),
) -> Line:
    """Lay out a line over equally spaced points; `marks` are (index of a point, what happened there)."""
    bottom, top = _domain(points, low=low, high=high, threshold=threshold)

    def height_of(value: float) -> float:
        return round(HEIGHT - (value - bottom) / (top - bottom) * HEIGHT, 1)

    runs = _runs(_placed(points, height_of))
    return Line(
        pieces=tuple(_path(run) for run in runs if len(run) > 1),
        lone=tuple(run[0] for run in runs if len(run) == 1),
        last=runs[-1][-1] if runs else None,
        threshold=None if threshold is None else height_of(threshold),
        zones=_zones(height_of) if bands else (),
        marks=tuple((_across(index, len(points)), says) for index, says in marks),
        low=bottom,
        high=top,
        first_label=points[0].label if points else "",
        last_label=points[-1].label if points else "",
    )


def bullet(value: float | None, *, low: float = 0, high: float = 100, target: float | None = None) -> Bullet:
    """Lay out one value on its scale; what lies outside the scale is drawn at its end."""
    return Bullet(
        filled=0 if value is None else _share(value, low=low, high=high) * WIDTH,
        target=None if target is None else _share(target, low=low, high=high) * WIDTH,
    )


def _share(value: float, *, low: float, high: float) -> float:
    return round(min(max((value - low) / (high - low), 0), 1), 4)


def _across(index: int, count: int) -> float:
    return round(index / max(count - 1, 1) * WIDTH, 1)


def _domain(
    points: Sequence[Point], *, low: float | None, high: float | None, threshold: float | None
) -> tuple[float, float]:
    """The scale: as told, else just around the values and the threshold, never of zero height."""
    values = [point.value for point in points if point.value is not None]
    values += [threshold] if threshold is not None else []
    bottom = low if low is not None else min(values, default=0.0)
    top = high if high is not None else max(values, default=1.0)
    return (bottom, top) if top > bottom else (bottom, bottom + 1)


def _placed(points: Sequence[Point], height_of: Callable[[float], float]) -> list[tuple[float, float] | None]:
    return [
        None if point.value is None else (_across(index, len(points)), height_of(point.value))
        for index, point in enumerate(points)
    ]


def _zones(height_of: Callable[[float], float]) -> tuple[Zone, ...]:
    return tuple(
        Zone(band, height_of(to), height_of(start) - height_of(to)) for band, start, to in BAND_EDGES
    )


def _runs(placed: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = []
    previous: tuple[float, float] | None = None
    for spot in placed:
        if spot is not None and previous is not None:
            runs[-1].append(spot)
        elif spot is not None:
            runs.append([spot])
        previous = spot
    return runs


def _path(run: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x:g} {y:g}" for x, y in run)
