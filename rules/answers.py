"""What every condition of a book comes to at every look of a tutor, for backtests."""

from collections.abc import Collection, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
from functools import cache

import numpy as np

from retention.vocabulary import Trigger
from rules.book import Book, Rule
from rules.columns import TRUE, Truths, truths_of
from rules.conditions import ConditionKey, Part
from rules.reference import PlainEngine
from rules.replay import KeptLook


@dataclass(frozen=True)
class Listening:
    """The rules that are looked at with one trigger, by their kind."""

    once: tuple[Rule, ...]
    news: tuple[Rule, ...]
    lasting: tuple[Rule, ...]


class Policy:
    """A book made ready to be tried."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.rules = {rule.id: rule for rule in book.rules}
        self._conditions = book.conditions
        self.listening: dict[str, Listening] = {trigger: _listening(book, trigger) for trigger in Trigger}
        once = {rule.id for rule in book.rules if rule.once_per}
        self.of_sessions = {key: it for key, it in book.conditions.items() if key[0] in once}
        self.of_tutors = {key: it for key, it in book.conditions.items() if key[0] not in once}

    def matcher(self, only: Collection[str] | None) -> PlainEngine:
        """The reference, for these rules alone; None: for all."""
        return self._matcher(None if only is None else frozenset(only))

    @cache  # noqa: B019 (a policy lives as long as its backtest)
    def _matcher(self, only: frozenset[str] | None) -> PlainEngine:
        asked = self._conditions.items()
        return PlainEngine({key: it for key, it in asked if only is None or key[0] in only})


def _listening(book: Book, trigger: Trigger) -> Listening:
    heard = [rule for rule in book.rules if rule.is_judged and trigger in rule.triggers]
    return Listening(
        once=tuple(rule for rule in heard if rule.once_per),
        news=tuple(rule for rule in heard if rule.tells),
        lasting=tuple(rule for rule in heard if not rule.once_per and not rule.tells),
    )


class Answers:
    """Every condition of a policy at every look of one tutor."""

    def __init__(self, policy: Policy, looks: Sequence[KeptLook]) -> None:
        fields = policy.book.fields
        sheets = {id(look.facts): look.facts for look in looks}  # looks share facts that did not change
        places = {key: row for row, key in enumerate(sheets)}
        self._rows = [places[id(look.facts)] for look in looks]
        whole = truths_of(policy.of_tutors, list(sheets.values()), fields)
        self._of_tutor = {key: answers.tolist() for key, answers in whole.items()}
        self._true = _true_at(whole, len(sheets))
        moments = [
            ((place, number), {**look.facts, **moment.get("facts", {})})
            for place, look in enumerate(looks)
            for number, moment in enumerate(look.moments)
            if policy.listening[moment["trigger"]].once and "session_id" in moment
        ]
        merged = truths_of(policy.of_sessions, [sheet for _, sheet in moments], fields)
        self._of_sessions = dict(zip((at for at, _ in moments), _true_at(merged, len(moments)), strict=True))

    def true_at(self, place: int) -> AbstractSet[str]:
        """The rules about the tutor whose condition holds at a look."""
        return self._true[self._rows[place]]

    def true_of_session(self, at: tuple[int, int]) -> AbstractSet[str]:
        """The rules about a session whose condition holds at a moment of a look."""
        return self._of_sessions.get(at, frozenset())

    def of(self, rule: Rule, part: Part, place: int) -> int:
        """What a condition about the tutor came to at a look."""
        answer: int = self._of_tutor[rule.id, part][self._rows[place]]
        return answer


def _true_at(truths: Mapping[ConditionKey, Truths], rows: int) -> list[set[str]]:
    """The rules whose `when` holds, row by row."""
    found: list[set[str]] = [set() for _ in range(rows)]
    for (rule_id, part), answers in truths.items():
        if part is Part.WHEN:
            for row in np.flatnonzero(answers == TRUE):
                found[row].add(rule_id)
    return found
