"""What every condition of a book comes to at every look of a tutor, for backtests."""

from collections.abc import Callable, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from retention.vocabulary import Trigger
from rules.book import Book, Rule
from rules.columns import TRUE, Columns, Truths
from rules.conditions import ConditionKey, Part
from rules.decisions import Scene
from rules.fields import Fields
from rules.reference import PlainEngine
from rules.replay import KeptLook
from rules.situation import Moment

NO_DIGEST = "1" * 64  # of a sheet whose decisions are counted and not kept; one that draws no sample
NOTHING: frozenset[ConditionKey] = frozenset()


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
        self.matcher = PlainEngine(book.conditions)
        self.listening: dict[str, Listening] = {trigger: _listening(book, trigger) for trigger in Trigger}
        once = {rule.id for rule in book.rules if rule.once_per}
        self.of_sessions = {key: it for key, it in book.conditions.items() if key[0] in once}
        self.of_tutors = {key: it for key, it in book.conditions.items() if key[0] not in once}


def _listening(book: Book, trigger: Trigger) -> Listening:
    heard = [rule for rule in book.rules if rule.is_judged and trigger in rule.triggers]
    return Listening(
        once=tuple(rule for rule in heard if rule.once_per),
        news=tuple(rule for rule in heard if rule.tells),
        lasting=tuple(rule for rule in heard if not rule.once_per and not rule.tells),
    )


class Sheets:
    """The facts of one tutor's looks, and of their sessions; shared by the policies that are compared."""

    def __init__(self, looks: Sequence[KeptLook], fields: Fields) -> None:
        sheets = {id(look.facts): look.facts for look in looks}  # looks share facts that did not change
        places = {key: row for row, key in enumerate(sheets)}
        self.rows = [places[id(look.facts)] for look in looks]
        self.of_tutor = Columns(list(sheets.values()), fields)
        moments = [
            ((place, number), {**look.facts, **moment.get("facts", {})})
            for place, look in enumerate(looks)
            for number, moment in enumerate(look.moments)
            if "session_id" in moment
        ]
        self.sessions = [at for at, _ in moments]
        self.of_sessions = Columns([sheet for _, sheet in moments], fields)


class Answers:
    """Every condition of a policy at every look of one tutor."""

    def __init__(self, policy: Policy, sheets: Sheets) -> None:
        self._rows = sheets.rows
        whole = sheets.of_tutor.truths_of(policy.of_tutors)
        self._of_tutor = {key: answers.tolist() for key, answers in whole.items()}
        self._keys = _keys_at(whole, max(self._rows, default=-1) + 1)
        self._true = [{rule for rule, part in keys if part is Part.WHEN} for keys in self._keys]
        merged = _keys_at(sheets.of_sessions.truths_of(policy.of_sessions), len(sheets.sessions))
        self._of_sessions = dict(zip(sheets.sessions, merged, strict=True))

    def true_at(self, place: int) -> AbstractSet[str]:
        """The rules about the tutor whose condition holds at a look."""
        return self._true[self._rows[place]]

    def speaks(self, rule: Rule, place: int, number: int) -> bool:
        """Whether a rule about a session holds at a moment of a look."""
        return (rule.id, Part.WHEN) in self._of_sessions.get((place, number), NOTHING)

    def scene_at(self, look: KeptLook, place: int) -> Callable[[Moment], Scene]:
        """What each moment of a look shows: its facts were cleaned when they were kept."""
        lasting = self._keys[self._rows[place]]
        numbers = {moment.get("session_id"): number for number, moment in enumerate(look.moments)}

        def scene_of(moment: Moment) -> Scene:
            once = self._of_sessions.get((place, numbers[moment.session_id]), NOTHING)
            sheet = {**look.facts, **moment.facts}
            matched = frozenset(lasting | once)
            return Scene(moment, sheet, NO_DIGEST, matched, PlainEngine.name, explained=False)

        return scene_of

    def of(self, rule: Rule, part: Part, place: int) -> int:
        """What a condition about the tutor came to at a look."""
        answer: int = self._of_tutor[rule.id, part][self._rows[place]]
        return answer


def _keys_at(truths: Mapping[ConditionKey, Truths], rows: int) -> list[set[ConditionKey]]:
    """The conditions that hold, row by row."""
    found: list[set[ConditionKey]] = [set() for _ in range(rows)]
    for key, answers in truths.items():
        for row in np.flatnonzero(answers == TRUE):
            found[row].add(key)
    return found
