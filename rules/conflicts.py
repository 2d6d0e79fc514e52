"""What a firing does while another case of the tutor is open, and which of several open cases leads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeVar

from retention.programmes.registry import TRAITS
from retention.vocabulary import Programme, RiskBand


class Conflict(StrEnum):
    """What becomes of a firing beside an open case (programmes guide 4.0)."""

    BESIDE = "beside"  # its case begins; the open one leads
    PREEMPT = "preempt"  # its case begins and leads from then on; the open one is told
    FOLD = "fold"  # nothing begins; the open case is told
    HOLD = "hold"  # it waits until the open case is over
    EXCLUDE = "exclude"  # the same, in both directions


# Of several open cases the first of these words decides: what one of them takes in, no other holds up.
STRONGEST = (Conflict.FOLD, Conflict.EXCLUDE, Conflict.HOLD, Conflict.PREEMPT, Conflict.BESIDE)

Pair = tuple[Programme, Programme]  # what would begin, while what is open


@dataclass(frozen=True)
class Conflicts:
    """The table of a book. Empty: one case that needs people at a time, automated ones beside it."""

    leads: tuple[Programme, ...] = ()  # who leads, the first of them
    words: Mapping[Pair, Conflict] = field(default_factory=dict)
    in_bands: Mapping[tuple[Pair, RiskBand], Conflict] = field(default_factory=dict)

    def word(self, begins: Programme, during: Programme, band: object) -> Conflict | None:
        """What the table says of a pair at a tutor's risk band; None: it does not name the pair."""
        pair = (begins, during)
        if isinstance(band, str) and band in set(RiskBand):
            return self.in_bands.get((pair, RiskBand(band)), self.words.get(pair))
        return self.words.get(pair)


NO_TABLE = Conflicts()


class Led(Protocol):
    """A case that may lead."""

    @property
    def programme(self) -> Programme: ...


Case = TypeVar("Case", bound=Led)


def lead(conflicts: Conflicts, cases: Iterable[Case]) -> Case | None:
    """The case that leads: of those that need people the first in the table, and of these the oldest.

    `cases` come oldest first.
    """
    ranks = {programme: rank for rank, programme in enumerate(conflicts.leads)}
    of_people = [case for case in cases if TRAITS[case.programme].needs_people]
    return min(of_people, key=lambda case: ranks.get(case.programme, len(ranks)), default=None)
