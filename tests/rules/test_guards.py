"""What holds a firing back: each guard on both sides, and the order in which they are asked."""

from datetime import timedelta
from typing import Any

import pytest

from retention import policy
from retention.vocabulary import CaseState, Programme
from rules.arbiter import ORDER
from rules.state import RuleState
from tests.rules.books import DAY, MONDAY, a_book, a_coaching, a_rule, a_tip, an_open_case, judged
from tests.rules.test_holdout import LEFT_OUT, TREATED

TIP, COACHING = Programme.COACHING_TIP, Programme.COACHING
HIGH = {"churn_score": 60, "risk_band": "high"}
MOMENT = timedelta(seconds=1)


def held_by(rule: dict[str, Any], facts: dict[str, Any] | None = None, **more: Any) -> str:
    """Why the rule does not fire; "condition" when it does."""
    more.setdefault("tutor", TREATED)
    book = a_book(rule, plans=more.pop("plans", None))
    (made,) = judged(book, HIGH | (facts or {}), **more).decisions
    return made.reason


def test_the_guards_are_asked_in_one_order() -> None:
    assert [guard.__name__ for guard in ORDER] == [
        "churned",
        "leave",
        "veto",
        "snooze",
        "plan",
        "cooldown",
        "re_entry",
        "already_open",
        "conflict",
        "mail_budget",
        "capacity",
        "holdout",
    ]


def test_the_first_guard_speaks_and_the_lot_is_drawn_last() -> None:
    rule = a_tip(cooldown={"max": 1, "within": "7d"}, unless_open=["coaching_tip"])
    book = a_book(rule, plans={"critical": ["A1"]})
    facts: dict[str, Any] = HIGH | {"churned": True, "on_leave": True}
    digest = book.rules[0].digest
    standing: dict[str, Any] = {
        "vetoes": {TIP: MONDAY + DAY},
        "snoozes": {TIP: MONDAY + DAY},
        "states": {"A1.tip": RuleState(digest=digest, fired_at=(MONDAY - DAY,))},
        "last_acted": {TIP: MONDAY - DAY},
        "open_cases": (an_open_case(TIP),),
        "optional_mails": policy.OPTIONAL_MAILS,
    }
    ends: list[Any] = [
        ("churned", facts, {"churned": False}),
        ("leave", facts, {"on_leave": False}),
        ("veto", standing, {"vetoes": {}}),
        ("snooze", standing, {"snoozes": {}}),
        ("plan", facts, {"risk_band": "critical"}),
        ("cooldown", standing, {"states": {}}),
        ("re_entry", standing, {"last_acted": {}}),
        ("already_open", standing, {"open_cases": ()}),
        ("mail_budget", standing, {"optional_mails": 0}),
        ("holdout", facts, {}),
    ]
    for reason, where, change in ends:
        (made,) = judged(book, facts, tutor=LEFT_OUT, **standing).decisions
        assert made.reason == reason
        assert (made.case_id, made.verdict) == (None, "suppressed")
        where.update(change)


@pytest.mark.parametrize(
    ("until", "reason"), [(MONDAY + MOMENT, "veto"), (MONDAY, "condition"), (MONDAY - DAY, "condition")]
)
def test_a_veto_holds_its_programme_until_its_instant(until: Any, reason: str) -> None:
    assert held_by(a_tip(), vetoes={TIP: until}) == reason


@pytest.mark.parametrize(
    ("until", "reason"), [(MONDAY + MOMENT, "snooze"), (MONDAY, "condition"), (MONDAY - DAY, "condition")]
)
def test_what_is_put_aside_waits_until_its_instant(until: Any, reason: str) -> None:
    assert held_by(a_tip(), snoozes={TIP: until}) == reason
    assert held_by(a_tip(), snoozed_until=until) == reason
    snoozed = an_open_case(COACHING, snoozed_until=until)
    other = "already_open" if reason == "condition" else reason
    assert held_by(a_coaching(unless_open=["coaching"]), open_cases=(snoozed,)) == other


def test_what_is_put_aside_says_what_and_until_when() -> None:
    told: list[dict[str, Any]] = [{"snoozes": {TIP: MONDAY + DAY}}, {"snoozed_until": MONDAY + DAY}]
    said = [judged(a_book(a_tip()), HIGH, tutor=TREATED, **one).decisions[0].sentence for one in told]
    assert said == [
        "Held back: somebody has put coaching tip for this tutor aside until 7 January 2025, 09:00 UTC.",
        "Held back: somebody has put everything about this tutor aside until 7 January 2025, 09:00 UTC.",
    ]


def test_another_programme_put_aside_holds_nothing_and_neither_does_anothers_snoozed_case() -> None:
    assert held_by(a_tip(), snoozes={COACHING: MONDAY + DAY}) == "condition"
    snoozed = an_open_case(COACHING, snoozed_until=MONDAY + DAY)
    assert held_by(a_tip(), open_cases=(snoozed,)) == "condition"


def test_what_goes_on_during_leave_goes_on_though_everything_is_put_aside() -> None:
    rule = a_rule(during_leave="go_on")
    assert held_by(rule, snoozed_until=MONDAY + DAY) == "condition"
    assert held_by(rule, snoozes={Programme.ALERT_CHECK: MONDAY + DAY}) == "snooze"


def test_what_was_put_aside_fires_when_that_is_over() -> None:
    book = a_book(a_rule())
    held = judged(book, HIGH, snoozes={Programme.ALERT_CHECK: MONDAY + 3 * DAY})
    again = judged(book, HIGH, states=held.states, at=MONDAY + 3 * DAY)
    assert [it.verdict for it in again.decisions] == ["fire"]


def test_a_veto_of_another_programme_holds_nothing() -> None:
    assert held_by(a_tip(), vetoes={COACHING: MONDAY + DAY}) == "condition"


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"risk_band": "low"}, "plan"),
        ({"risk_band": None}, "plan"),
        ({"risk_band": "medium"}, "condition"),
    ],
)
def test_the_plan_says_at_which_risk_a_step_belongs(facts: dict[str, Any], reason: str) -> None:
    plans = {"medium": ["A1"], "high": ["A1.tip"]}  # by code, or by the id of one rule
    assert held_by(a_tip(), facts, plans=plans) == reason
    assert held_by(a_tip(), facts) == "condition"  # in no plan the trigger alone decides
    assert held_by(a_tip(plan="ignore"), facts, plans=plans) == "condition"


def test_a_step_that_every_plan_has_needs_no_band_to_be_known() -> None:
    everywhere = {band: ["A1"] for band in ("low", "medium", "high", "critical")}
    assert held_by(a_tip(), {"risk_band": None}, plans=everywhere) == "condition"


@pytest.mark.parametrize(
    ("ago", "reason"), [(policy.COACHING_REST - MOMENT, "re_entry"), (policy.COACHING_REST, "condition")]
)
def test_coaching_rests_thirty_days_after_a_call_that_was_held(ago: timedelta, reason: str) -> None:
    assert held_by(a_coaching(), last_acted={COACHING: MONDAY - ago}) == reason


@pytest.mark.parametrize(
    ("ago", "reason"), [(policy.TIP_EVERY - MOMENT, "re_entry"), (policy.TIP_EVERY, "condition")]
)
def test_a_tip_counts_its_week_from_the_letter_that_was_sent(ago: timedelta, reason: str) -> None:
    assert held_by(a_tip(), last_acted={TIP: MONDAY - ago}) == reason
    assert held_by(a_tip(), last_acted={COACHING: MONDAY - ago}) == "condition"


@pytest.mark.parametrize(
    ("had", "most", "reason"),
    [(1, 2, "condition"), (2, 2, "mail_budget"), (3, 2, "mail_budget"), (0, 0, "mail_budget")],
)
def test_the_mail_budget_holds_optional_letters(
    monkeypatch: pytest.MonkeyPatch, had: int, most: int, reason: str
) -> None:
    monkeypatch.setattr(policy, "OPTIONAL_MAILS", most)
    assert held_by(a_tip(), optional_mails=had) == reason
    assert held_by(a_coaching(), optional_mails=had) == "condition"  # its letters are notices


# Programmes guide 4.0, as far as there are programmes: (what is open, what fires, what comes of it).
MATRIX = [
    (Programme.COACHING, a_tip(), "condition"),
    (Programme.ALERT_CHECK, a_tip(), "condition"),
    (Programme.FIRST_SESSION_REVIEW, a_tip(), "condition"),
    (Programme.COACHING_TIP, a_coaching(), "condition"),
    (Programme.COACHING_TIP, a_rule(), "condition"),
    (Programme.COACHING, a_rule(), "another_case"),
    (Programme.ALERT_CHECK, a_coaching(), "another_case"),
    (Programme.FIRST_SESSION_REVIEW, a_coaching(), "another_case"),
    (Programme.COACHING, a_rule(with_open_case="fold"), "folded"),
    (Programme.COACHING_TIP, a_rule(with_open_case="fold"), "condition"),
]


@pytest.mark.parametrize(("opened", "rule", "reason"), MATRIX)
def test_one_case_of_people_at_a_time_and_automated_ones_beside_it(
    opened: Programme, rule: dict[str, Any], reason: str
) -> None:
    assert held_by(rule, open_cases=(an_open_case(opened),)) == reason


def test_a_case_that_only_follows_up_leaves_room() -> None:
    following = an_open_case(COACHING, state=CaseState.FOLLOWING_UP)
    assert held_by(a_rule(), open_cases=(following,)) == "condition"


@pytest.mark.parametrize(("acted_at", "reason"), [(None, "already_open"), (MONDAY - 9 * DAY, "condition")])
def test_a_tip_that_is_out_and_only_measured_leaves_room_for_the_next(acted_at: Any, reason: str) -> None:
    rule, sent = a_tip(unless_open=["coaching_tip"]), an_open_case(TIP, acted_at=acted_at)
    assert held_by(rule, open_cases=(sent,)) == reason


def test_a_coaching_case_is_at_work_after_its_call_as_well() -> None:
    held = an_open_case(COACHING, acted_at=MONDAY - 40 * DAY)
    assert held_by(a_rule(), open_cases=(held,)) == "another_case"


def test_what_is_held_back_says_why_and_keeps_its_facts() -> None:
    judgement = judged(a_book(a_tip()), HIGH, tutor=TREATED, vetoes={TIP: MONDAY + DAY})
    (made,) = judgement.decisions
    assert made.sentence == (
        "Held back: a manager wants no coaching tip for this tutor until 7 January 2025, 09:00 UTC."
    )
    assert judgement.sheets[made.facts_digest]["churn_score"] == 60
