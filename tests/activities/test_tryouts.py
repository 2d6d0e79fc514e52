"""A version of the rulebook is tried step by step, and each step leaves what it has found."""

from datetime import timedelta

import pytest

from activities import tryouts
from retention.errors import Refusal
from retention.messages.rulebook import TryVersion
from retention.records import commands, database, rulebook, rulebook_tryouts
from retention.records.rulebook_tryouts import RulebookTryout
from rules.backtest_report import Report
from rules.dry_run import DryRun
from tests.activities.evaluated import HOUR, NOON, a_tutor, evaluated, posted
from tests.factories import wire
from tests.factories.rulebooks import a_draft, changed
from tests.rules.books import a_rule, text_of

PRIORITY = ("priority: 60\n", "priority: 61\n")


def asked(texts: dict[str, str] | None = None, request: str = "one") -> TryVersion:
    """A draft that somebody wants to be tried, beside the version that judges."""
    with database.transaction() as session:
        known = rulebook.standing(session)
        assert known is not None
        draft = a_draft(session, texts or changed(*PRIORITY), passed=None)
        wish = TryVersion(
            version=draft, against=known.version, request_id=request, as_of=NOON + HOUR, days=30
        )
        rulebook_tryouts.ask(session, wish, by="7")
        return wish


def found(wish: TryVersion) -> RulebookTryout:
    with database.transaction() as session:
        tryout = rulebook_tryouts.of(session, wish.version)
        assert tryout is not None
        return tryout


@pytest.fixture
def judged(data: str) -> None:
    """One tutor with a poor first session, who was judged."""
    _, tutor_id = a_tutor()
    posted(wire.a_poor_first_session(tutor_id, start=NOON - 3 * HOUR))
    evaluated()


def test_each_step_leaves_what_it_has_found(judged: None) -> None:
    wish = asked()
    assert tryouts.check_version(wish).passed
    assert found(wish).state == "checking"
    assert tryouts.dry_run_version(wish).passed
    assert DryRun.model_validate(found(wish).dry_run).tutors == 1
    assert tryouts.backtest_version(wish).passed
    done = found(wish)
    assert (done.state, done.share, done.words) == ("done", 1.0, "")
    report = Report.model_validate(done.backtest)
    assert (report.tutors, report.differences) == (1, ())
    assert sum(rule.fires for rule in report.new.rules) >= 1


def test_a_version_that_fails_its_check_is_told_why(judged: None) -> None:
    wish = asked({"trial.yaml": text_of(a_rule(when={"churn_score": {"gt": 52}}))})
    report = tryouts.check_version(wish)
    assert (report.passed, found(wish).state) == (False, "failed")
    assert report.words == "trial.yaml:6: H1.coaching, “above”: does not fire"
    with database.transaction() as session:
        trial = rulebook.version(session, wish.version).trial
        assert trial is not None
        assert trial["wrong"] == [report.words]


def test_a_time_in_which_nothing_was_judged_is_no_fault(judged: None) -> None:
    wish = asked().model_copy(update={"as_of": NOON - timedelta(days=100), "days": 5})
    assert tryouts.backtest_version(wish).passed
    done = found(wish)
    assert (done.state, done.backtest, done.words) == ("done", None, tryouts.NO_PAST)


def test_a_wish_that_was_overtaken_writes_nothing_more(judged: None) -> None:
    first, second = asked(request="one"), asked(request="two")
    assert not tryouts.dry_run_version(first).passed
    assert not tryouts.backtest_version(first).passed
    assert found(second).state == "asked"


def test_a_version_that_this_release_cannot_read_is_refused(judged: None) -> None:
    wish = asked({"trial.yaml": text_of(a_rule(owner="nobody"))})
    with pytest.raises(Refusal, match="cannot be read by this release"):
        tryouts.dry_run_version(wish)


def test_asking_again_starts_another_run_and_forgets_what_was_found(judged: None) -> None:
    wish = asked()
    tryouts.dry_run_version(wish)
    with database.transaction() as session:
        again = wish.model_copy(update={"request_id": "two"})
        command = rulebook_tryouts.ask(session, again, by="8")
        commands.put(session, [command])
    assert (found(wish).dry_run, found(wish).asked_by, found(wish).state) == (None, "8", "asked")
    assert command.target == f"rulebook-tryout/{wish.version}/two"
