"""What of a form needs another look, for the summary above it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol


class Shown(Protocol):
    """What is needed of a field here; `places` are the inputs of a list."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def mistake(self) -> str: ...
    @property
    def places(self) -> "Sequence[Shown]": ...


@dataclass(frozen=True)
class Mistake:
    """One input with what is wrong, named so that each place of a list can be told."""

    name: str
    label: str
    mistake: str


def mistakes_of(fields: Iterable[Shown]) -> list[Mistake]:
    """The fields that need another look, and the places of lists that do, in order."""
    wrong = []
    for one in fields:
        wrong += [Mistake(one.name, one.label, one.mistake)] if one.mistake else []
        wrong += [
            Mistake(place.name, f"{one.label} {place.label}", place.mistake)
            for place in one.places
            if place.mistake
        ]
    return wrong
