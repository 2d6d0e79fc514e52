"""The answers of a form on their way into the files of a book, and what its tests say to that."""

from collections.abc import Iterable, Iterator, Mapping

from retention.vocabulary import Verdict
from rules.book import Book, Rule
from rules.booktests import TestResult, fired_in, happened_in, tests_of
from rules.edits import Place, changed, editables
from rules.fields import Fields
from rules.marks import Path
from rules.moved_tests import moved_tests
from rules.reference import PlainEngine

STEPS = {Verdict.FIRE: "fires_at", Verdict.ESCALATE: "escalates_at", Verdict.RESOLVE: "resolves_at"}
Texts = Mapping[str, str]


def edited(texts: Texts, place: Place, typed: Mapping[str, str], fields: Fields) -> dict[str, str]:
    """The files with what was typed into the form of a rule; its tests about a bound move along.

    `typed`: by the names of `editables`, each without a mistake; what is left out stays as it is.
    """
    changes: dict[Path, str] = {}
    for edit in editables(place, fields):
        value = typed.get(edit.name, edit.value)
        if value != edit.value:
            changes |= {edit.path: value, **moved_tests(place, edit, value, fields)}
    return {**texts, place.file: changed(texts[place.file], place.document, changes)}


def failing_tests(book: Book, rule_id: str) -> list[TestResult]:
    """The tests of a rule that it does not pass; none of one that is not judged."""
    rule = book.rule(rule_id)
    if rule is None or not rule.is_judged:
        return []
    return [one for one in tests_of(book, rule, PlainEngine(rule.conditions)) if one.wrong]


def expecting_anew(book: Book, texts: Texts, place: Place) -> dict[str, str]:
    """The files with the tests of a rule expecting what it does now; book and place are of these texts.

    Only what a test says already is exchanged: whether a case fires, the steps of a series.
    """
    rule = book.rule(str(place.tree["id"]))
    assert rule is not None
    spans = place.document.spans
    changes = {path: words for path, words in _now(book, rule, place) if path in spans}
    return {**texts, place.file: changed(texts[place.file], place.document, changes)}


def _now(book: Book, rule: Rule, place: Place) -> Iterator[tuple[Path, str]]:
    matcher, tests = PlainEngine(rule.conditions), (*place.path, "tests")
    for index, case in enumerate(rule.cases):
        fired = bool(fired_in(book, rule, case, matcher))
        if fired is not case.fires:
            yield (*tests, "cases", index, "fires"), str(fired).lower()
    for index, series in enumerate(rule.series):
        asked = (series.fires_at, series.escalates_at, series.resolves_at)
        happened = happened_in(book, rule, series, matcher)
        for (verdict, name), steps in zip(STEPS.items(), asked, strict=True):
            if happened[verdict] != list(steps):
                yield (*tests, "series", index, name), _listed(happened[verdict])


def _listed(steps: Iterable[int]) -> str:
    return f"[{', '.join(map(str, steps))}]"
