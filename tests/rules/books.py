"""Small books and situations for tests."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml

from retention.vocabulary import Programme, Trigger
from rules.book import Book
from rules.judge import judge
from rules.loader import BookRefused, load_book, parse_book
from rules.reference import PlainEngine
from rules.situation import Judgement, Moment, OpenCase, Situation
from rules.state import RuleState

MONDAY = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HEAD = """ruleset: trial
version: '1'
bands: {low: 25, medium: 50, high: 75, critical: 100}
plans: {low: [], medium: [], high: [], critical: []}
"""
CHECK = {
    "start": "alert_check",
    "task": "no_show_check",
    "owner_group": "ops_manager",
    "priority": 50,
    "policy": "alert_high",
}
ALERT = {"alert": "churn", "severity": "high", "advice": "Look at the tutor's page."}


def a_rule(**changes: Any) -> dict[str, Any]:
    """A lasting rule on the churn score; None takes a part away."""
    rule: dict[str, Any] = {
        "id": "H1.coaching",
        "says": "A tutor is at high risk.",
        "source": "PRD 4.1 H1",
        "owner": "ops_manager",
        "status": "active",
        "trigger": ["daily_rollup"],
        "when": {"churn_score": {"gt": 50}},
        "then": CHECK,
        "tests": {
            "cases": [
                {"says": "above", "facts": {"churn_score": 51}, "fires": True},
                {"says": "at the bound", "facts": {"churn_score": 50}, "fires": False},
            ]
        },
    }
    rule |= {name.rstrip("_"): part for name, part in changes.items()}
    return {name: part for name, part in rule.items() if part is not None}


def a_tip(**changes: Any) -> dict[str, Any]:
    """A rule that starts a coaching tip on the same score."""
    then = {
        "start": "coaching_tip",
        "with": {"tip": "steady-schedule", "metric": "churn_score"},
        "owner_group": "people_ops",
        "priority": 20,
    }
    return a_rule(**{"id": "A1.tip", "then": then, **changes})


def a_coaching(**changes: Any) -> dict[str, Any]:
    """The same, but it starts coaching, which opens its own tasks."""
    return a_rule(**{"then": {"start": "coaching", "owner_group": "ops_manager", "priority": 65}, **changes})


def an_alert(*, opens: bool = False, **changes: Any) -> dict[str, Any]:
    """A rule that raises an alert on the same score; `opens` lets it open a check besides."""
    then = ALERT | (CHECK if opens else {})
    return a_rule(**{"id": "ALERT.churn", "then": then, "trigger": ["hourly"], **changes})


def some_news(**changes: Any) -> dict[str, Any]:
    """A rule that only tells an open coaching case."""
    return a_rule(**{"id": "H1.critical", "then": {"tell": "coaching"}, "priority": 20, **changes})


def once_a_session(**changes: Any) -> dict[str, Any]:
    """A rule about one session: a low rating."""
    cases = [
        {"says": "low", "facts": {"rating": 1}, "fires": True},
        {"says": "high", "facts": {"rating": 5}, "fires": False},
    ]
    told = {"trigger": ["feedback_received"], "when": {"rating": {"lt": 3}}, "once_per": "session_id"}
    return a_rule(**{"id": "S.once", **told, "tests": {"cases": cases}, **changes})


def a_book(*rules: dict[str, Any], plans: Mapping[str, list[str]] | None = None) -> Book:
    """A book of these rules, through the loader like any other; without plans nothing is gated by them."""
    text = text_of(*rules)
    for band, steps in (plans or {}).items():
        text = text.replace(f"{band}: []", f"{band}: [{', '.join(steps)}]")
    return parse_book({"trial.yaml": text})


def faults(text: str) -> list[str]:
    """All that is wrong with one rule file."""
    with pytest.raises(BookRefused) as refused:
        parse_book({"trial.yaml": text})
    return [str(fault) for fault in refused.value.faults]


def what_starts_cases() -> Book:
    """The shipped book without signals, alerts alone and rules on trial."""
    book = load_book()
    return replace(book, rules=tuple(one for one in book.rules if one.status == "active" and one.then))


class WrittenOut(yaml.SafeDumper):
    """Repeats what occurs twice, as a person would."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def text_of(*rules: dict[str, Any]) -> str:
    """The text of a rule file, its head included."""
    return HEAD + yaml.dump({"rules": list(rules)}, Dumper=WrittenOut, sort_keys=False)


def judged(book: Book, facts: dict[str, Any], **more: Any) -> Judgement:
    """One look at one tutor at Monday 9:00, or `at`, with the reference as matcher."""
    trigger, matcher = more.pop("trigger", Trigger.DAILY_ROLLUP), more.pop("matcher", None)
    moment = Moment(trigger=trigger, session_id=more.pop("session_id", None))
    situation = Situation(
        tutor_number=more.pop("tutor", 12),
        as_of=more.pop("at", MONDAY),
        facts=facts,
        moments=more.pop("moments", (moment,)),
        states=more.pop("states", {}),
        open_cases=more.pop("open_cases", ()),
        **more,
    )
    return judge(book, situation, matcher=matcher or PlainEngine(book.conditions))


def days_of(
    book: Book, steps: list[dict[str, Any]], step: timedelta = DAY, **more: Any
) -> list[tuple[int, str]]:
    """What happens when facts come step by step: (step, verdict or reason of suppression)."""
    states: dict[str, RuleState] = {}
    happened = []
    for index, facts in enumerate(steps):
        judgement = judged(book, facts, at=MONDAY + index * step, states=states, **more)
        states |= judgement.states
        happened += [
            (index, str(it.verdict if it.verdict != "suppressed" else it.reason))
            for it in judgement.decisions
        ]
    return happened


def an_open_case(programme: Programme = Programme.ALERT_CHECK, **more: Any) -> OpenCase:
    return OpenCase(case_id=f"{programme}/12/1", programme=programme, **more)
