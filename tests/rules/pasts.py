"""Made-up pasts: looks of some tutors, whose facts wander about the thresholds of a book."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from retention.vocabulary import Programme, Trigger
from rules.answers import Policy
from rules.backtest import tried
from rules.book import Book
from rules.conditions import leaves
from rules.courses import Course, Past
from rules.fields import Field, FieldScope, FieldType, Value, clean, rounded
from rules.replay import KeptLook
from rules.runs import Hit, Run

FIRST = datetime(2026, 6, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OF_SESSIONS = (Trigger.SESSION_COMPLETED, Trigger.FEEDBACK_RECEIVED, Trigger.NO_SHOW, Trigger.RESCHEDULE)
STAYS = 0.7  # the chance that a fact is what it was at the look before


class MadeUpTutor:
    """One tutor's days: a look at each day's end, and at some hours and sessions in between."""

    def __init__(self, number: int, book: Book, chance: Random) -> None:
        self._number = number
        self._fields = book.fields
        self._chance = chance
        self._near: dict[str, list[Value]] = {}
        for condition in book.conditions.values():
            for leaf in leaves(condition):
                self._near.setdefault(leaf.field, []).append(leaf.value)
        self._facts: dict[str, Any] = {}

    def looks(self, days: int) -> Iterator[KeptLook]:
        for day in range(days):
            self._wander()
            at = FIRST + day * DAY
            yield self._look(at, [_moment(Trigger.HOURLY), _moment(Trigger.DAILY_ROLLUP)])
            for hour in sorted(self._chance.sample(range(1, 24), 3)):
                yield self._look(at + hour * HOUR, [self._some_moment(f"S-{day}-{hour}")])

    def _look(self, at: datetime, moments: list[dict[str, Any]]) -> KeptLook:
        return KeptLook(
            tutor_number=self._number, as_of=at, version=1, moments=moments,
            facts=self._facts, circumstances=self._circumstances(at), states={},
        )  # fmt: skip

    def _wander(self) -> None:
        kept = {name: value for name, value in self._facts.items() if self._chance.random() < STAYS}
        self._facts = {**self._some(FieldScope.TUTOR), **kept}

    def _some_moment(self, session_id: str) -> dict[str, Any]:
        trigger = self._chance.choice((*OF_SESSIONS, Trigger.HOURLY, Trigger.SCORE_UPDATED))
        if trigger not in OF_SESSIONS:
            return _moment(trigger)
        return {**_moment(trigger), "session_id": session_id, "facts": self._some(FieldScope.SESSION)}

    def _some(self, scope: FieldScope) -> dict[str, Any]:
        named = [name for name in self._near if self._fields[name].scope is scope]
        known = {name: self._value(self._fields[name]) for name in named if self._chance.random() < 0.9}
        return clean(known, self._fields).sheet

    def _value(self, field: Field) -> Value:
        at = self._chance.choice(self._near[field.name])
        if field.type is FieldType.BOOL:
            return self._chance.random() < 0.5
        if field.type is FieldType.ENUM:
            return self._chance.choice(field.values)
        beside = float(at) + self._chance.choice((-1, -0.5, 0, 0.5, 1))
        return int(beside) if field.type is FieldType.INT else rounded(beside)

    def _circumstances(self, at: datetime) -> dict[str, Any]:
        """Now and then a case of somebody else's, a veto, a snooze or a letter stands in the way."""
        told: dict[str, Any] = {}
        if self._chance.random() < 0.2:
            programme = self._chance.choice(list(Programme))
            told["open_cases"] = [{"case_id": f"{programme}/1/by-hand", "programme": programme}]
        if self._chance.random() < 0.05:
            told["snoozes"] = {self._chance.choice(list(Programme)): (at + DAY).isoformat()}
        if self._chance.random() < 0.1:
            told["vetoes"] = {Programme.COACHING_TIP: (at + DAY).isoformat()}
        if self._chance.random() < 0.1:
            told["optional_mails"] = 2
        return told


def _moment(trigger: Trigger) -> dict[str, Any]:
    return {"trigger": str(trigger)}


def looks_of(book: Book, *, tutors: int, days: int, seed: int) -> list[KeptLook]:
    """The looks of some made-up tutors, tutor by tutor."""
    chance = Random(seed)
    return [look for number in range(1, tutors + 1) for look in MadeUpTutor(number, book, chance).looks(days)]


def a_course(rule_id: str = "H1.coaching", *, opened: datetime, **more: Any) -> Course:
    """A coaching case of tutor 1 that is still open."""
    told: dict[str, Any] = {"programme": Programme.COACHING, "acted_at": None, "closed_at": None}
    return Course(
        case_id="coaching/1/1", tutor_number=1, rule_id=rule_id, opened_at=opened, **{**told, **more}
    )


NOTHING_BEGUN = Past()


def daily(facts: dict[str, Any], day: int, **circumstances: Any) -> KeptLook:
    """Tutor 1 at the end of a day."""
    return KeptLook(
        tutor_number=1, as_of=FIRST + day * DAY, version=1, moments=[_moment(Trigger.DAILY_ROLLUP)],
        facts=facts, circumstances=circumstances, states={},
    )  # fmt: skip


def scored(*scores: int) -> list[KeptLook]:
    """Tutor 1 day by day."""
    return [daily({"churn_score": score}, day) for day, score in enumerate(scores)]


def run_of(book: Book, looks: list[KeptLook], past: Past = NOTHING_BEGUN, **more: Any) -> Run:
    """A book over looks, from no states."""
    return tried(Policy(book), looks, past, before={}, **more)


def days_of(hits: list[Hit]) -> list[int]:
    """The days on which something fired."""
    return [(hit.as_of - FIRST).days for hit in hits if hit.fires]


def row_of(look: KeptLook) -> dict[str, Any]:
    """A look as the records have it."""
    named = {name: getattr(look, name) for name in ("tutor_number", "as_of", "moments", "facts", "states")}
    return {**named, "rulebook_version": look.version, "circumstances": look.circumstances}
