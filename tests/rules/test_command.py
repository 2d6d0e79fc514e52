"""The command line: what an author of rules sees."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from rules import fuzz, language, schema
from rules.__main__ import app
from rules.fields import registry
from rules.loader import texts_of
from tests.rules.books import HEAD, a_rule, text_of

RUNNER = CliRunner()


def said(*words: object, code: int = 0) -> str:
    result = RUNNER.invoke(app, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return " ".join(result.output.replace("│", " ").split())  # a refusal's frame wraps lines


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "trial.yaml").write_text(text_of(a_rule()), encoding="utf-8")
    return tmp_path


def test_check_says_that_the_shipped_book_is_whole() -> None:
    assert "rules, version 1.2.0" in said("check")
    assert "nothing to mend" in said("check")


def test_check_names_each_mistake_and_fails(folder: Path) -> None:
    (folder / "second.yaml").write_text(
        text_of(a_rule(owner="nobody", id="x")).removeprefix(HEAD), encoding="utf-8"
    )
    output = said("check", "--book", folder, code=1)
    assert 'second.yaml:2:7: "x" is not a rule id such as H1.coaching' in output
    assert 'second.yaml:5:10: "nobody" is not one of people_ops, ops_manager' in output
    assert "2 to mend; the book was not taken." in output


def test_test_runs_the_tests_in_the_book_with_both_engines() -> None:
    output = said("test")
    assert re.search(r"durable: (\d+) of \1 tests pass\.", output)
    assert re.search(r"python: (\d+) of \1 tests pass\.", output)


def test_test_shows_which_test_fails_and_how(folder: Path) -> None:
    rule = a_rule(for_="7d")
    rule["tests"]["cases"].append({"says": "below", "facts": {"churn_score": 40}, "fires": True})
    rule["tests"]["series"] = [
        {"says": "a week", "step": "1d", "fires_at": [6], "facts": {"churn_score": ["60x8"]}}
    ]
    (folder / "trial.yaml").write_text(text_of(rule), encoding="utf-8")
    output = said("test", "--book", folder, code=1)
    assert "trial.yaml:6: H1.coaching, “below”: does not fire" in output
    assert "“a week”: fire at [7], not [6]" in output


def test_explain_facts_says_why_and_why_not(tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    file.write_text(json.dumps({"noshows_7d": 1, "days_since_session": "8", "moods": 3}), encoding="utf-8")
    output = said("explain-facts", file)
    assert "ALERT.no-shows does not fire." in output
    assert "No-shows in 7 days: 1 time; the rule fires at 2 times or more." in output
    assert "ALERT.inactivity does not fire: a fact is not known." in output
    assert "left out: moods is no fact that rules know" in output
    assert "left out: days_since_session = '8' is not a whole number" in output
    assert "R1" not in said("explain-facts", file, "--rule", "ALERT.no-shows")


def test_explain_facts_refuses_what_is_no_object_of_facts(tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    file.write_text("[1]", encoding="utf-8")
    assert "must hold one object" in said("explain-facts", file, code=2)
    file.write_text("{", encoding="utf-8")
    assert "not readable as JSON" in said("explain-facts", file, code=2)


def test_the_schema_for_editors_is_a_schema() -> None:
    Draft202012Validator.check_schema(json.loads(said("schema")))


def test_every_word_of_the_language_is_explained_once() -> None:
    whole = schema.schema(registry())
    rule = whole["properties"]["rules"]["items"]["properties"]
    assert (set(whole["properties"]), set(rule)) == (set(language.HEAD), set(language.RULE))
    assert set(language.THEN) == set(properties_of(rule["then"]))


def properties_of(part: Any) -> Iterator[str]:
    """Every name that any alternative of a block knows."""
    if isinstance(part, dict):
        yield from part.get("properties", {})
        for name in ("then", "else"):
            yield from properties_of(part.get(name))


def test_the_schema_that_editors_read_beside_the_book_is_current() -> None:
    file = Path(schema.__file__).with_name("book.schema.json")
    now = "print it again: python -m rules schema > rules/book.schema.json"
    assert json.loads(file.read_text(encoding="utf-8")) == schema.schema(registry()), now
    first_lines = {text.splitlines()[0] for text in texts_of().values()}
    assert first_lines == {f"# yaml-language-server: $schema=../{file.name}"}


def test_fuzz_reports_one_line_and_is_told_again_by_its_seeds() -> None:
    line = said("fuzz", "--pairs", "4000", "--seed", "3", "--seed", "4", "--json")
    report = json.loads(line)
    assert (report["disagreements"], report["seeds"], report["pairs"] >= 4_000) == (0, [3, 4], True)
    again = json.loads(said("fuzz", "--pairs", "4000", "--seed", "3", "--seed", "4", "--json"))
    assert again["pairs"] == report["pairs"]


def test_fuzz_names_the_seeds_that_it_chose() -> None:
    chosen = [json.loads(said("fuzz", "--pairs", "100", "--json"))["seeds"] for _ in range(2)]
    assert [len(seeds) for seeds in chosen] == [4, 4]
    assert chosen[0] != chosen[1]


def test_fuzz_fails_and_shows_what_differed_when_the_engines_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "truth", lambda *_: None)  # a reference that never believes anything
    output = said("fuzz", "--pairs", "100", "--seed", "1", code=1)
    assert re.search(r"pairs, [1-9]\d* disagreements, seeds 1", output)
    assert "reference False, engine True" in output
