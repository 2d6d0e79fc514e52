"""What a bench reports: one JSON line for each measured ratio, and a table for people."""

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """One ratio and its target. `at_most` tells on which side of the target it must lie."""

    bench: str
    variant: str
    n: int  # things done in one round: rows, tutors, cases, requests
    ours: float  # in `unit`, the median round
    limit: float  # the other side, the same
    unit: str  # cpu_s, wall_s, queries, events
    ratio: float
    target: float | None  # None: reported, no target
    at_most: bool = True

    @property
    def passed(self) -> bool:
        """Whether the ratio meets its target."""
        if self.target is None:
            return True
        return self.ratio <= self.target if self.at_most else self.ratio >= self.target


def interleaved(
    ours: Callable[[], float], limit: Callable[[], float], *, rounds: int
) -> tuple[float, float, float]:
    """Run both sides in turn; returns (ours, limit, ratio): medians of the rounds and of the pairs' ratios.

    One round of each comes first and is thrown away: caches and plans are warm on both sides.
    """
    ours()
    limit()
    pairs = [(ours(), limit()) for _ in range(rounds)]
    return (
        statistics.median(mine for mine, _ in pairs),
        statistics.median(theirs for _, theirs in pairs),
        statistics.median(mine / theirs for mine, theirs in pairs),
    )


def report(rows: Sequence[Row], *, out: Callable[[str], None]) -> bool:
    """Print each row as a JSON line, then a table on the terminal; returns whether all targets are met."""
    for row in rows:
        out(json.dumps({**asdict(row), "passed": row.passed}))
    table = Table("bench", "variant", "n", "ours", "limit", "unit", "ratio", "target", "")
    for row in rows:
        sign = "≤" if row.at_most else "≥"
        target = "–" if row.target is None else f"{sign} {row.target:g}"
        cells = (f"{row.ours:.4g}", f"{row.limit:.4g}", row.unit, f"{row.ratio:.2f}", target)
        table.add_row(row.bench, row.variant, str(row.n), *cells, "ok" if row.passed else "MISSED")
    Console(stderr=True).print(table)
    return all(row.passed for row in rows)
