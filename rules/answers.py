"""What every condition of a book comes to at every look of a tutor, for backtests."""

from collections.abc import Sequence
from dataclasses import dataclass

from retention.vocabulary import Trigger
from rules.book import Book, Rule
from rules.columns import truths_of
from rules.conditions import Part
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


class Answers:
    """Every condition of a policy at every look of one tutor."""

    def __init__(self, policy: Policy, looks: Sequence[KeptLook]) -> None:
        sheets = {id(look.facts): look.facts for look in looks}  # looks share facts that did not change
        places = {key: row for row, key in enumerate(sheets)}
        self._rows = [places[id(look.facts)] for look in looks]
        fields = policy.book.fields
        whole = truths_of(policy.of_tutors, list(sheets.values()), fields)
        self._of_tutor = {key: answers.tolist() for key, answers in whole.items()}
        at_sessions = [
            ((place, number), {**look.facts, **moment.get("facts", {})})
            for place, look in enumerate(looks)
            for number, moment in enumerate(look.moments)
            if policy.listening[moment["trigger"]].once and "session_id" in moment
        ]
        self._sessions = {at: row for row, (at, _) in enumerate(at_sessions)}
        merged = truths_of(policy.of_sessions, [sheet for _, sheet in at_sessions], fields)
        self._of_session = {key: answers.tolist() for key, answers in merged.items()}

    def of(self, rule: Rule, part: Part, place: int) -> int:
        """What a condition about the tutor came to at a look."""
        answer: int = self._of_tutor[rule.id, part][self._rows[place]]
        return answer

    def of_session(self, rule: Rule, at: tuple[int, int]) -> int:
        """What a condition about a session came to at a moment of a look."""
        answer: int = self._of_session[rule.id, Part.WHEN][self._sessions[at]]
        return answer
