"""The tests that stand beside a rule in the book, in words, and whether it passes them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from retention.vocabulary import Verdict
from rules.book import Book, CaseTest, Rule, SeriesTest
from rules.booktests import tests_of
from rules.fields import Fields
from rules.phrases import spoken_length
from rules.reference import PlainEngine, spoken

UNKNOWN = "not known"


@dataclass(frozen=True)
class ShownTest:
    """One test: its name, what is given, what is expected, and what is wrong (None: it was not run)."""

    says: str
    given: tuple[str, ...]
    expected: str
    wrong: str | None


def shown_tests(book: Book, rule: Rule) -> list[ShownTest]:
    """The tests of a rule, run just now by the plain evaluator where the rule is judged."""
    told = [
        *(_case(one, book.fields) for one in rule.cases),
        *(_series(one, book.fields) for one in rule.series),
    ]
    ran = list(tests_of(book, rule, PlainEngine(rule.conditions))) if rule.is_judged else []
    wrong = dict(enumerate(one.wrong for one in ran))
    return [ShownTest(*one, wrong=wrong.get(place)) for place, one in enumerate(told)]


def _case(case: CaseTest, fields: Fields) -> tuple[str, tuple[str, ...], str]:
    given = tuple(_fact(name, value, fields) for name, value in case.facts.items())
    with_priority = f" with priority {case.priority}" if case.priority is not None else ""
    return (
        case.says,
        given or ("Nothing is known.",),
        f"Fires{with_priority}" if case.fires else "Does not fire",
    )


def _series(series: SeriesTest, fields: Fields) -> tuple[str, tuple[str, ...], str]:
    every = f"One step is {spoken_length(series.step)}; the first is step 0."
    given = tuple(f"{fields[name].says}: {_steps(steps)}" for name, steps in series.facts.items())
    return series.says, (*given, every), "; ".join(_expected(series)) or "Does not fire"


def _expected(series: SeriesTest) -> Iterator[str]:
    asked: Mapping[Verdict, tuple[int, ...]] = {
        Verdict.FIRE: series.fires_at,
        Verdict.ESCALATE: series.escalates_at,
        Verdict.RESOLVE: series.resolves_at,
    }
    words = {Verdict.FIRE: "Fires", Verdict.ESCALATE: "Escalates", Verdict.RESOLVE: "Is settled"}
    for verdict, steps in asked.items():
        if steps:
            yield f"{words[verdict]} at step {', '.join(map(str, steps))}"


def _steps(steps: tuple[object, ...]) -> str:
    """Equal ones in a row said once: "60 (6 times), 50"."""
    runs = [(value, len(list(run))) for value, run in groupby(steps)]
    return ", ".join(_value(value) + (f" ({times} times)" if times > 1 else "") for value, times in runs)


def _fact(name: str, value: object, fields: Fields) -> str:
    field = fields[name]
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return f"{field.says}: {_value(value)}"
    return f"{field.says}: {spoken(value, field.unit)}"


def _value(value: object) -> str:
    if value is None:
        return UNKNOWN
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
