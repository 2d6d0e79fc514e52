"""The table of conflicts as a part of the rulebook's page."""

from collections.abc import Iterator

from retention.programmes.registry import TRAITS
from retention.vocabulary import Programme
from rules.conflict_table import OF_PEOPLE
from rules.conflicts import Conflict, Conflicts

MEANINGS = {
    Conflict.BESIDE: "its case begins, the open one goes on leading",
    Conflict.PREEMPT: "its case begins and leads, the open one goes on and is told",
    Conflict.FOLD: "nothing begins, the open case is told",
    Conflict.HOLD: "it waits until the open case is over",
    Conflict.EXCLUDE: "the same, in both directions",
}


def conflict_lines(conflicts: Conflicts) -> Iterator[str]:
    """What a firing does beside an open case, a row for each programme that would begin."""
    yield "\n## Beside an open case\n"
    if not conflicts.words:
        yield "One case that needs people is open for a tutor at a time; automated ones stand beside it."
        return
    leads = ", ".join(_name(programme) for programme in conflicts.leads)
    yield f"Of several open cases the first of these leads: {leads}.\n"
    yield from (f"- **{word}**: {meaning}" for word, meaning in MEANINGS.items())
    yield "\nAutomated programmes that are not named here stand beside everything.\n"
    columns = [programme for programme in OF_PEOPLE if any(it == programme for _, it in conflicts.words)]
    yield f"| What would begin | {' | '.join(map(_name, columns))} |"
    yield "| --- " * (len(columns) + 1) + "|"
    for begins in TRAITS:
        words = [_said(conflicts, begins, during) for during in columns]
        if any(words):
            yield f"| {_name(begins)} | {' | '.join(word or 'beside' for word in words)} |"


def _said(conflicts: Conflicts, begins: Programme, during: Programme) -> str:
    pair = (begins, during)
    word = conflicts.words.get(pair)
    bands = [f"{other} at {band} risk" for (one, band), other in conflicts.in_bands.items() if one == pair]
    return ", ".join([*([str(word)] if word else []), *bands])


def _name(programme: Programme) -> str:
    return TRAITS[programme].name
