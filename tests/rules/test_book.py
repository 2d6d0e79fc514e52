"""The shipped rulebook: it loads, its own tests pass with both engines, its words are the house's."""

from pathlib import Path

import pytest

from retention import vocabulary
from retention.policy import BAND_UPPER_EDGES
from rules.book import Book
from rules.booktests import run_tests
from rules.engine import DurableEngine
from rules.fields import registry
from rules.loader import load_book, parse_book, texts_of
from rules.printed import page
from rules.reference import PlainEngine

ROOT = Path(__file__).parents[2]
WORDS = {
    "risk_band": vocabulary.RiskBand,
    "tier": vocabulary.Tier,
    "first_experience": vocabulary.FirstExperience,
    "would_work_again": vocabulary.WorkAgain,
}


@pytest.fixture(scope="module")
def book() -> Book:
    return load_book()


@pytest.mark.parametrize("engine", [DurableEngine, PlainEngine])
def test_every_test_in_the_book_passes_with_both_engines(
    book: Book, engine: type[DurableEngine | PlainEngine]
) -> None:
    results = list(run_tests(book, engine(book.conditions)))
    assert [result for result in results if result.wrong] == []
    assert {result.rule_id for result in results} == (
        {rule.id for rule in book.rules} | {segment.id for segment in book.segments}
    )


def test_the_printed_rulebook_is_current(book: Book) -> None:
    printed = (ROOT / "docs" / "rulebook.md").read_text(encoding="utf-8")
    assert printed == page(book), "print it again: python -m rules docs > docs/rulebook.md"


def test_words_of_facts_are_the_words_of_the_house() -> None:
    fields = registry()
    assert {name: set(fields[name].values) for name in WORDS} == {
        name: set(words) for name, words in WORDS.items()
    }
    assert {name for name, field in fields.items() if field.values} == set(WORDS)


def test_scores_and_risk_are_for_staff_only() -> None:
    fields = registry()
    assert {fields[name].audience for name in ("churn_score", "risk_band", "tier")} == {"staff"}


def test_the_bands_are_those_of_the_score(book: Book) -> None:
    assert (*BAND_UPPER_EDGES, 100) == tuple(book.bands.values())


def test_the_digest_changes_with_any_file(book: Book) -> None:
    texts = texts_of()
    assert load_book().digest == book.digest
    for file in texts:
        changed = texts | {file: texts[file] + "# a remark\n"}
        assert parse_book(changed).digest != book.digest
