"""Who goes first when more cases are due than people have hours: by lot within equal priority (decision 32).

Pure, and the same for ever: a lot is a hash of tutor, rule and day, so that a draw can be held again by
anybody. Each place has its propensity: the chance that it had to be among those who began.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

KEY = b"mainstay capacity lottery"
BITS = 53  # of a lot: as many as a float tells apart
SLACK = 1e-9  # hours; 3.9 of them are three cases of 1.3


@dataclass(frozen=True)
class Entrant:
    """A firing that waits for a place."""

    ticket: int
    tutor_number: int
    rule_id: str
    priority: int
    hours: float  # of work that its case brings


@dataclass(frozen=True)
class Drawn:
    """What became of one of them. `rank` counts from 1 over all; `propensity` is 0 to 1."""

    ticket: int
    lot: float
    rank: int
    admitted: bool
    propensity: float


@dataclass(frozen=True)
class Draw:
    """One draw over everybody who waits for one group."""

    places: int
    contested: bool  # somebody has to wait
    drawn: tuple[Drawn, ...]


def lot(tutor_number: int, rule_id: str, day: date) -> float:
    """A number from 0 up to 1, evenly spread, and with nothing in common with that of another day."""
    told = f"{tutor_number}/{rule_id}/{day.isoformat()}".encode()
    digest = hashlib.blake2b(told, key=KEY, digest_size=8).digest()
    drawn: int = int.from_bytes(digest) >> (64 - BITS)
    return drawn / float(2**BITS)


def draw(entrants: Sequence[Entrant], *, hours_left: float, begun: bool, day: date) -> Draw:
    """Let so many begin as there are hours for, the most urgent first and by lot among equals.

    `begun`: the group has begun a case today. Where it has not, one may begin although it takes longer than
    the day has hours: else a long one would never be begun.
    """
    places = _places(entrants, hours_left=hours_left, begun=begun)
    ranked = sorted((-it.priority, lot(it.tutor_number, it.rule_id, day), it.ticket) for it in entrants)
    chances = _propensities([-priority for priority, _, _ in ranked], places)
    drawn = tuple(
        Drawn(ticket=ticket, lot=number, rank=rank, admitted=rank <= places, propensity=chances[-priority])
        for rank, (priority, number, ticket) in enumerate(ranked, 1)
    )
    return Draw(places=places, contested=len(drawn) > places, drawn=drawn)


def _places(entrants: Sequence[Entrant], *, hours_left: float, begun: bool) -> int:
    """How many cases of their mean length fit: so everybody of a priority has the same chance."""
    wanted = sum(it.hours for it in entrants)
    if wanted <= hours_left + SLACK:
        return len(entrants)
    fitting = math.floor(max(hours_left, 0.0) / (wanted / len(entrants)) + SLACK)
    return max(fitting, 0 if begun else 1)


def _propensities(priorities: Sequence[int], places: int) -> dict[int, float]:
    """By priority, the most urgent first: sure, by lot, or not today."""
    chances: dict[int, float] = {}
    left = places
    for priority, equals in groupby(priorities):
        size = len(list(equals))
        chances[priority] = min(1.0, left / size)
        left = max(0, left - size)
    return chances
