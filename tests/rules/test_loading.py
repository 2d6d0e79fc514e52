"""Rule files with mistakes: each is named with its place, all of a file in one pass, none gets through."""

from pathlib import Path
from typing import Any

import pytest

from retention.guides import library
from retention.measures.effects import METRICS
from retention.vocabulary import Tier
from rules.conditions import leaves
from rules.loader import BookRefused, load_book, parse_book
from tests.rules.books import HEAD, a_book, a_coaching, a_rule, a_tip, faults, text_of

PLANTED = (
    HEAD
    + """rules:
  - id: H1.coaching
    says: A tutor is at high risk.
    source: PRD 4.1 H1
    owner: ops_manger
    status: active
    trigger: [daily_rollup]
    when: {all: [{rating_avg_3: {lt: 3.5}}, {tier: exemplery}, {churn_score: {gt: 10, lt: 20}}]}
    for: 7 days
    priority: "5"
    then: {start: alert_check, task: no_show_check, owner_group: ops_manager, priority: 5, policy: alert_high}
    tests: {cases: [{says: a, facts: {}, fires: yes}]}
"""
)


def test_seven_planted_mistakes_give_seven_messages_in_one_pass() -> None:
    assert faults(PLANTED) == [
        'trial.yaml:9:12: "ops_manger" is not one of people_ops, ops_manager, did you mean "ops_manager"?',
        'trial.yaml:12:19: unknown name "rating_avg_3", did you mean "rating_avg_30"?',
        f'trial.yaml:12:52: "exemplery" is not one of {", ".join(Tier)}, did you mean "exemplary"?',
        "trial.yaml:12:78: more than one condition in one place: list them under all: or any:",
        'trial.yaml:13:10: "7 days" is not a length of time such as 7d, 48h or 30m',
        'trial.yaml:14:15: "5" is not a whole number',
        'trial.yaml:16:49: "yes" is not true or false: write true',
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"when": {"churn_score": {"gt": 101}}}, "101 is not a whole number from 0 to 100 (points)"),
        ({"when": {"churn_score": {"gt": 0.5}}}, "0.5 is not a whole number from 0 to 100 (points)"),
        ({"when": {"churn_score": "50"}}, '"50" is not a whole number'),
        ({"when": {"tier": {"gt": "strong"}}}, 'unknown name "gt"'),
        ({"when": {"on_leave": {"gt": True}}}, 'unknown name "gt"'),
        ({"when": {"churn_score": {"exists": False}}}, 'unknown name "exists"'),
        ({"when": {"churn_score": {"gt": {"field": "engagement"}}}}, "is not a whole number"),
        ({"when": {"sid": "0"}}, 'unknown name "sid"'),
        ({"when": {"id": "f"}}, 'unknown name "id"'),
        ({"when": {}}, "this is empty"),
        ({"when": {"all": []}}, "this is empty"),
        ({"when": {"churn_score": {"gte": 0}}}, "true whatever the facts are"),
        ({"when": {"any": [{"on_leave": True}, {"on_leave": False}]}}, "true whatever the facts are"),
        ({"when": {"all": [{"churn_score": {"gt": 60}}, {"churn_score": {"lt": 61}}]}}, "can never be true"),
        (
            {"when": {"any": [{"churn_score": {"gt": 100}}, {"on_leave": True}]}},
            "one alternative can never be true: churn_score gt 100",
        ),
        ({"when": {"rating": {"lt": 3}}}, "rating is known only with a session, not at daily_rollup"),
        ({"trigger": ["no_show"], "when": {"rating": 1}}, "must say once_per: session_id"),
        ({"once_per": "session_id"}, "there is no session at daily_rollup"),
        (
            {"trigger": ["no_show"], "once_per": "session_id", "for": "7d"},
            "cannot be combined with for, resolve_when, escalate or again_after",
        ),
        ({"trigger": ["score_updated"], "for": "7d"}, "need an hourly or daily_rollup trigger"),
        ({"trigger": ["score_updated", "daily_rollup"], "for": "7d"}, "and not at score_updated"),
        ({"for": "1h"}, "it is counted by the day: say whole days such as 2d, or add hourly"),
        ({"for": "36h"}, "it is counted by the day"),
        ({"trigger": ["hourly"], "for": "90m"}, "it is counted by the hour: say whole hours such as 2h"),
        ({"trigger": ["draw"]}, '"draw" is not one of session_completed'),
        ({"trigger": ["dayly_rollup"]}, 'did you mean "daily_rollup"?'),
        ({"id": "coaching"}, "is not a rule id"),
        ({"source": None}, '"source" is missing'),
        (
            {"then": {**a_rule()["then"], "task": "first_session_review"}},
            "alert_check opens no first_session_review",
        ),
        ({"then": {**a_rule()["then"], "policy": "alert_hihg"}}, 'did you mean "alert_high"?'),
        ({"then": {**a_rule()["then"], "start": "choaching"}}, 'did you mean "coaching"?'),
        ({"then": {"owner_group": "people_ops", "priority": 5}}, '"start" is missing'),
        ({"then": {"tell": "coaching", "priority": 5}}, 'unknown name "priority"'),
        (
            {"then": {"start": "alert_check", "owner_group": "people_ops", "priority": 5}},
            "say which task alert_check opens: inactivity_check, no_show_check",
        ),
        (
            {"then": {**a_coaching()["then"], "policy": "alert_high"}},
            "name task too, or leave policy out and let the story give it",
        ),
        (
            {"then": {name: it for name, it in a_rule()["then"].items() if name != "policy"}},
            "a rule that names the task no_show_check names its deadline policy too",
        ),
        ({"then": {**a_coaching()["then"], "with": {"tip": "x"}}}, 'coaching takes no "tip"'),
        (
            {"then": {**a_tip()["then"], "with": {"metric": "churn_score"}}},
            'coaching_tip needs "tip" in with',
        ),
        (
            {"then": {**a_tip()["then"], "with": {"tipp": "x", "tip": "x", "metric": "churn_score"}}},
            'coaching_tip takes no "tipp", did you mean "tip"?',
        ),
        (
            {"then": {**a_tip()["then"], "with": {"tip": 7, "metric": "churn_score"}}},
            "tip: input should be a valid string",
        ),
        (
            {"then": {**a_tip()["then"], "with": {"tip": "x", "metric": "engagement"}}},
            "engagement is not among the facts of when",
        ),
        (
            {"then": {**a_tip()["then"], "with": {"tip": "steady-shedule", "metric": "churn_score"}}},
            'no guide is called "steady-shedule", did you mean "steady-schedule"?',
        ),
        (
            {"then": {**a_tip()["then"], "with": {"tip": "steady-schedule", "metric": "moods"}}},
            'no effect is measured by "moods"',
        ),
        ({"cooldown": [{"max": 1}]}, '"within" is missing'),
        ({"cooldown": []}, "this is empty"),
        ({"plan": "ignroe"}, 'did you mean "ignore"?'),
        ({"when": {"resched_rate_30d": {"gt": 0.15}}}, "percent go from 0 to 100 here, did you mean 15?"),
        ({"resolve_when": {"churn_score": {"lt": 52}}}, "this and when can be true at once"),
        ({"override": {"when": {"churn_score": {"gt": 75}}}}, "this changes nothing: say what is different"),
        (
            {"override": {"when": {"churn_score": {"lte": 50}}, "priority": 90}},
            "this can never be true while when is",
        ),
        (
            {"override": [{"when": {"churn_score": {"gt": 75}}, "priority": 90}]},
            "an override needs two cases that fire and say their priority",
        ),
        ({"override": {"when": {"rating": 1}, "priority": 9}}, "rating is known only with a session"),
        ({"override": {"when": {"churn_score": {"gt": 75}}, "policy": "alert_lo"}}, "is not one of"),
        (
            {"then": a_coaching()["then"], "override": {"when": {"on_leave": False}, "policy": "alert_high"}},
            "a policy goes with a task",
        ),
        ({"then": {**a_rule()["then"], "delay": "2h"}}, 'alert_check takes no "delay"'),
        ({"then": {"signal": "no_show_risc"}}, 'did you mean "no_show_risk"?'),
        ({"then": {"signal": "no_show_risk", "points": 20}}, "no_show_risk has 25 points in the score"),
        (
            {"then": {"signal": "no_show_risk"}, "plan": "ignore"},
            "a signal that starts nothing stands beside",
        ),
        ({"then": {"signal": "no_show_risk", "task": "no_show_check"}}, 'unknown name "task"'),
        (
            {"tests": {"cases": [{"says": "a", "facts": {"churn_score": 60}, "fires": True}]}},
            "needs a case that fires and one that does not",
        ),
        (
            {"tests": {"cases": [{"says": "a", "facts": {"churn_skore": 60}, "fires": True}]}},
            'unknown name "churn_skore", did you mean "churn_score"?',
        ),
        (
            {"tests": {"cases": [{"says": "a", "facts": {"churn_score": 160}, "fires": True}]}},
            "churn_score = 160 is not a whole number from 0 to 100",
        ),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(changes: dict[str, Any], said: str) -> None:
    found = faults(text_of(a_rule(**changes)))
    assert any(said in fault for fault in found), found


def planned(**changes: Any) -> dict[str, Any]:
    then = {"start": "training", "owner_group": "people_ops", "priority": 30}
    return a_rule(**{"then": then, "status": "shadow", **changes})


@pytest.mark.parametrize("status", ["draft", "shadow", "retired"])
def test_a_rule_of_a_programme_that_is_not_carried_yet_may_stand_in_shadow(status: str) -> None:
    assert str(a_book(planned(status=status)).rules[0].start.programme) == "training"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"status": "active"},
            "training: no workflow carries it yet, so its rule cannot be active: say shadow",
        ),
        ({"status": "active", "then": {"tell": "mentorship"}}, "mentorship: no workflow carries it yet"),
        ({"then": {**planned()["then"], "with": {"module": "x"}}}, "training is not carried yet"),
        ({"then": {**planned()["then"], "task": "no_show_check"}}, "training is not carried yet"),
        ({"then": {"tell": "mentorship"}, "for": "7d"}, "this has no place in it"),
    ],
)
def test_nothing_is_asked_of_a_programme_that_is_not_carried_yet(changes: dict[str, Any], said: str) -> None:
    found = faults(text_of(planned(**changes)))
    assert any(said in fault for fault in found), found


def test_a_series_with_steps_of_different_number_or_a_wrong_fact_is_refused() -> None:
    series = [{"says": "s", "step": "1d", "fires_at": [], "facts": {"churn_score": [1, 2], "on_leave": [1]}}]
    found = faults(text_of(a_rule(tests={**a_rule()["tests"], "series": series})))
    assert any("every fact needs the same number of steps" in fault for fault in found)
    assert any("on_leave = 1 is not true or false" in fault for fault in found)


def test_an_id_is_given_once_in_the_whole_book() -> None:
    text = text_of(a_rule())
    with pytest.raises(BookRefused, match=r"b.yaml:2:7: H1.coaching: the id is already taken at a.yaml:6"):
        parse_book({"a.yaml": text, "b.yaml": text.removeprefix(HEAD)})


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        ("{low: 25, medium: 50, high: 75, critical: 99}", "the last band must end at 100"),
        ("{low: 25, medium: 25, high: 75, critical: 100}", "each band must end above the one before it"),
        ("{low: 25, medium: 50, high: 75}", '"critical" is missing'),
        ("{low: 25, medium: 50, high: 75.5, critical: 100}", "75.5 is not a whole number"),
        ("{low: 20, medium: 50, high: 75, critical: 100}", "the score is banded at (25, 50, 75)"),
    ],
)
def test_bands_are_whole_and_without_gaps(bands: str, said: str) -> None:
    text = text_of(a_rule()).replace("{low: 25, medium: 50, high: 75, critical: 100}", bands)
    assert any(said in fault for fault in faults(text))


def test_a_book_without_files_or_head_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BookRefused, match="there is no rule file"):
        load_book(tmp_path)
    with pytest.raises(BookRefused, match="no file of the book holds its ruleset"):
        parse_book({"a.yaml": text_of(a_rule()).removeprefix(HEAD)})


def test_a_rule_on_several_words_reads_them_as_alternatives() -> None:
    book = a_book(
        a_rule(
            when={"tier": {"in": ["at_risk", "needs_attention"]}},
            tests={
                "cases": [
                    {"says": "a", "facts": {"tier": "at_risk"}, "fires": True},
                    {"says": "b", "facts": {"tier": "strong"}, "fires": False},
                ]
            },
        )
    )
    assert [leaf.value for leaf in leaves(book.rules[0].when)] == ["at_risk", "needs_attention"]


def test_a_fault_in_with_is_shown_where_it_was_written() -> None:
    rule = a_tip()
    rule["then"]["with"]["tipp"] = "x"
    text = text_of(rule)
    line = next(number for number, words in enumerate(text.splitlines(), 1) if "tipp:" in words)
    assert any(
        fault.startswith(f"trial.yaml:{line}:7: A1.tip: coaching_tip takes no") for fault in faults(text)
    )


def test_a_start_carries_what_its_programme_asks_for() -> None:
    tip, coaching = a_book(a_tip()).rules[0].start, a_book(a_coaching()).rules[0].start
    assert (tip.programme, dict(tip.parameters)) == (
        "coaching_tip",
        {"tip": "steady-schedule", "metric": "churn_score"},
    )
    assert (coaching.task, coaching.policy, dict(coaching.parameters)) == (None, "", {})


def test_every_tip_of_the_book_has_its_guide_and_a_metric_that_effects_can_be_measured_by() -> None:
    starts = [it.then for it in load_book().rules if it.then and it.then.programme == "coaching_tip"]
    guides = {file.stem for file in Path(library.__file__).parent.glob("*.md")}
    assert {str(start.parameters["tip"]) for start in starts} == guides
    assert {str(start.parameters["metric"]) for start in starts} <= set(METRICS)
