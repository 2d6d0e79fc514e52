"""A book is tried in a process that may be thrown away."""

from datetime import timedelta

import pytest

from rules import trial
from rules.loader import texts_of
from rules.trial import SHEETS, grammar, tried
from tests.rules.books import a_rule, text_of


def test_the_shipped_book_passes_with_both_engines_compared_on_two_thousand_sheets() -> None:
    found = tried(texts_of())
    assert (found.passed, found.wrong, found.grammar) == (True, (), grammar())
    assert found.pairs >= SHEETS * found.rules
    assert found.tests > found.rules


def test_faults_in_a_file_are_all_named() -> None:
    found = tried({"trial.yaml": text_of(a_rule(owner="nobody", when={"churn_scor": {"gt": 50}}))})
    assert not found.passed
    assert len(found.wrong) == 2
    assert 'did you mean "churn_score"?' in found.wrong[1]


def test_a_test_of_the_file_that_fails_fails_the_book() -> None:
    rule = a_rule(when={"churn_score": {"gt": 52}})
    found = tried({"trial.yaml": text_of(rule)})
    assert found.wrong == ("trial.yaml:6: H1.coaching, “above”: does not fire",)


def test_the_reference_alone_tries_a_book_where_the_engine_cannot_be_loaded() -> None:
    found = tried({"trial.yaml": text_of(a_rule())}, engine="python")
    assert (found.passed, found.pairs, found.engine) == (True, 0, "python")


def test_an_engine_that_never_ends_is_ended_and_the_book_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "CHILD", "tests.rules.hanging_child")
    found = tried(texts_of(), limit=timedelta(seconds=1))
    assert found.wrong == ("the engine was not done with this book after 1 s",)


def test_an_engine_that_crashes_takes_nothing_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "CHILD", "tests.rules.crashing_child")
    found = tried(texts_of())
    assert found.wrong == ("this book crashes the engine (SIGSEGV)",)


def test_a_child_that_cannot_begin_is_told_as_a_fault_of_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "CHILD", "rules.no_such_child")
    (wrong,) = tried(texts_of()).wrong
    assert wrong.startswith("the check itself failed: ")
