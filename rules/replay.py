"""The past judged again: the same looks through the same book give the same decisions, bit for bit.

Production, replay and backtest share `rules.judge`; here the situations come from looks that were kept
(`rules.looks`) and the states from judging the ones before.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rules.book import Book
from rules.decisions import record_of
from rules.judge import Matcher, judge
from rules.situation import Judgement, Situation
from rules.state import RuleState

Row = Mapping[str, Any]
States = dict[str, RuleState]
Bench = Callable[[int], tuple[Book, Matcher]]  # the book of a version, with an engine for it


@dataclass(frozen=True, slots=True)
class KeptLook:
    """One look of the past, as it was kept; moments and circumstances as JSON."""

    tutor_number: int
    as_of: datetime
    version: int | None  # None: nobody judged then
    moments: Sequence[Row]
    facts: Row
    circumstances: Row
    states: Row  # as the judgement left them, those that changed

    def situation(self, states: Mapping[str, RuleState], circumstances: Row | None = None) -> Situation:
        """What was judged then, with the states that came of all looks before.

        `circumstances`: others than were recorded, for a policy under which cases would have gone otherwise.
        """
        rest = self.circumstances if circumstances is None else circumstances
        own = {"tutor_number": self.tutor_number, "as_of": self.as_of, "facts": self.facts}
        return Situation.model_validate({**rest, **own, "moments": self.moments, "states": states})


def kept_looks(rows: Iterable[Row]) -> Iterator[KeptLook]:
    """Looks from the rows of `retention.records.looks.between`, each with its facts."""
    facts: Row = {}
    for row in rows:
        facts = facts if row["facts"] is None else row["facts"]
        yield KeptLook(
            tutor_number=row["tutor_number"],
            as_of=row["as_of"],
            version=row["rulebook_version"],
            moments=row["moments"],
            facts=facts,
            circumstances=row["circumstances"],
            states=row["states"],
        )


def states_of(rows: Iterable[Row]) -> dict[int, States]:
    """Where each rule stands with each tutor, from rows of tutor_number, rule_id and state."""
    found: defaultdict[int, States] = defaultdict(dict)
    for row in rows:
        found[row["tutor_number"]][row["rule_id"]] = RuleState.model_validate(row["state"])
    return found


def judged_again(
    looks: Iterable[KeptLook], bench: Bench, *, states: Mapping[int, States]
) -> Iterator[tuple[KeptLook, Judgement]]:
    """Each look that was judged, with what its own version of the book says of it now."""
    known = {tutor: dict(of_tutor) for tutor, of_tutor in states.items()}
    for look in looks:
        if look.version is None:
            continue
        book, matcher = bench(look.version)
        before = known.setdefault(look.tutor_number, {})
        judgement = judge(book, look.situation(before), matcher=matcher)
        before |= judgement.states
        yield look, judgement


@dataclass
class Comparison:
    """What a replay has found; bit for bit when nothing differs."""

    looks: int = 0
    decisions: int = 0
    states: int = 0
    differences: list[str] = field(default_factory=list)


def compared(
    replayed: Iterable[tuple[KeptLook, Judgement]], recorded: Iterable[Row], *, most: int = 50
) -> Comparison:
    """Every decision and every state against the record, both ways; at most so many differences in words.

    What a release of then did not keep of a state is not compared.
    """
    found = Comparison()
    known = {row["key"]: dict(row) for row in recorded}
    for look, judgement in replayed:
        found.looks += 1
        for one in judgement.decisions:
            found.decisions += 1
            now = record_of(one) | {"facts": one.facts_digest}
            _differs(found, one.key, known.pop(one.key, None), now)
        for rule, state in judgement.states.items():
            found.states += 1
            said, before = f"{look.tutor_number}, {rule}, {look.as_of:%F %T}", look.states.get(rule)
            now = {name: it for name, it in state.model_dump(mode="json").items() if name in (before or {})}
            _differs(found, said, before, now)
        for rule in look.states.keys() - judgement.states.keys():
            found.differences.append(f"{look.tutor_number}, {rule}, {look.as_of:%F %T}: unchanged now")
    found.differences += [f"{key}: recorded, and not decided again" for key in known]
    found.differences = found.differences[:most]
    return found


def _differs(found: Comparison, what: str, before: Row | None, now: Row) -> None:
    if before is None:
        found.differences.append(f"{what}: not recorded, and decided now")
    elif before != now:
        parts = [name for name in now if before.get(name) != now[name]]
        found.differences.append(f"{what}: another {', '.join(parts)}")
