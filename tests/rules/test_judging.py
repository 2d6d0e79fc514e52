"""One tutor's judgement: moments, guards, one case at a time, explanations, and an engine that lies."""

from typing import Any

import pytest

from retention.vocabulary import CaseState, Programme, Trigger, Verdict
from rules.conditions import ConditionKey, Part
from rules.fields import Sheet
from rules.situation import Moment
from tests.rules.books import DAY, MONDAY, a_book, a_rule, an_open_case, judged, what_starts_cases

BOOK = what_starts_cases()
BAD_FIRST = {"is_first_session": True, "rating": 2}
NO_SHOWS = {"noshows_7d": 2, "on_leave": False, "churned": False}


def outcomes(judgement: Any) -> list[tuple[str, str, str]]:
    return [(it.rule_id, str(it.verdict), it.reason) for it in judgement.decisions]


def feedback(session_id: str = "S-1", **facts: Any) -> Moment:
    return Moment(trigger=Trigger.FEEDBACK_RECEIVED, session_id=session_id, facts={**BAD_FIRST, **facts})


def test_a_bad_first_session_opens_one_review_however_often_it_is_heard_of() -> None:
    completed = Moment(
        trigger=Trigger.SESSION_COMPLETED,
        session_id="S-1",
        facts={"is_first_session": True, "late_start_min": 14.0},
    )
    first = judged(BOOK, {}, moments=(completed, feedback(), feedback()))
    assert outcomes(first) == [("R1.first-session", "fire", "condition")]
    again = judged(BOOK, {}, moments=(feedback(),), states=first.states, at=MONDAY + DAY)
    assert again.decisions == ()
    made = first.decisions[0]
    assert (made.case_id, made.session_id, made.task) == (
        "first_session_review/12/1",
        "S-1",
        "first_session_review",
    )
    assert made.sentence == (
        "A first session went badly. "
        "First session with this student: yes; Minutes the tutor was late: 14 minutes."
    )


def test_two_bad_first_sessions_at_once_are_one_case() -> None:
    judgement = judged(BOOK, {}, moments=(feedback("S-1"), feedback("S-2")))
    assert outcomes(judgement) == [
        ("R1.first-session", "fire", "condition"),
        ("R1.first-session", "suppressed", "folded"),
    ]
    assert judgement.decisions[1].into == "first_session_review/12/1"
    assert judgement.states["R1.first-session"].handled == ("S-1", "S-2")


def test_a_review_that_only_follows_up_leaves_room_for_the_next() -> None:
    following = an_open_case(Programme.FIRST_SESSION_REVIEW, state=CaseState.FOLLOWING_UP)
    first = judged(BOOK, {}, moments=(feedback(),))
    judgement = judged(
        BOOK, {}, moments=(feedback("S-2"),), open_cases=(following,), states=first.states, at=MONDAY + DAY
    )
    assert [it.case_id for it in judgement.decisions] == ["first_session_review/12/2"]


def test_a_check_waits_for_the_open_case_to_close_and_its_alert_does_not() -> None:
    review = an_open_case(Programme.FIRST_SESSION_REVIEW)
    first = judged(BOOK, NO_SHOWS, trigger=Trigger.HOURLY, open_cases=(review,))
    assert outcomes(first) == [
        ("ALERT.no-shows", "fire", "condition"),
        ("ALERT.no-shows", "suppressed", "another_case"),
    ]
    assert [it.case_id for it in first.decisions] == [None, None]
    still = judged(
        BOOK, NO_SHOWS, trigger=Trigger.HOURLY, open_cases=(review,), states=first.states, at=MONDAY + DAY
    )
    assert still.decisions == ()  # said once, not every hour
    closed = judged(BOOK, NO_SHOWS, trigger=Trigger.HOURLY, states=first.states, at=MONDAY + 2 * DAY)
    assert [it.case_id for it in closed.decisions] == ["alert_check/12/2"]


def test_the_weightier_of_two_alerts_takes_the_tutor_and_both_are_raised() -> None:
    both = NO_SHOWS | {"days_since_session": 8}
    judgement = judged(BOOK, both, trigger=Trigger.HOURLY)
    assert outcomes(judgement) == [
        ("ALERT.no-shows", "fire", "condition"),
        ("ALERT.inactivity", "fire", "condition"),
        ("ALERT.inactivity", "suppressed", "already_open"),
    ]
    assert [it.case_id for it in judgement.decisions] == ["alert_check/12/1", None, None]


def test_episodes_of_two_rules_of_one_programme_never_share_a_case_id() -> None:
    first = judged(BOOK, NO_SHOWS, trigger=Trigger.HOURLY)
    quiet = {"noshows_7d": 0, "days_since_session": 8, "on_leave": False}
    second = judged(BOOK, quiet, trigger=Trigger.HOURLY, states=first.states, at=MONDAY + DAY)
    assert [(it.rule_id, it.verdict, it.case_id) for it in second.decisions] == [
        ("ALERT.no-shows", Verdict.RESOLVE, "alert_check/12/1"),
        ("ALERT.inactivity", Verdict.FIRE, "alert_check/12/2"),
    ]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"on_leave": True}, "leave"),
        ({"churned": True}, "churned"),
        ({"churned": True, "on_leave": True}, "churned"),
    ],
)
def test_a_tutor_on_leave_or_gone_is_left_alone_and_it_is_recorded_why(
    facts: dict[str, bool], reason: str
) -> None:
    judgement = judged(BOOK, NO_SHOWS | facts, trigger=Trigger.HOURLY)
    assert outcomes(judgement) == [("ALERT.no-shows", "suppressed", reason)]
    assert judgement.decisions[0].case_id is None
    assert judgement.decisions[0].facts_digest in judgement.sheets


def test_a_review_of_a_first_session_goes_on_during_leave() -> None:
    judgement = judged(BOOK, {"on_leave": True}, moments=(feedback(),))
    assert outcomes(judgement) == [("R1.first-session", "fire", "condition")]


def test_a_rule_is_looked_at_only_at_its_moments() -> None:
    assert judged(BOOK, NO_SHOWS, trigger=Trigger.SCORE_UPDATED).decisions == ()
    assert judged(BOOK, BAD_FIRST, trigger=Trigger.HOURLY).decisions == ()


def test_a_session_moment_without_its_session_fires_nothing() -> None:
    assert judged(BOOK, BAD_FIRST, trigger=Trigger.FEEDBACK_RECEIVED).decisions == ()


def test_the_same_situation_is_judged_the_same_with_the_same_keys() -> None:
    once = judged(BOOK, NO_SHOWS | {"days_since_session": 8}, trigger=Trigger.HOURLY)
    twice = judged(BOOK, NO_SHOWS | {"days_since_session": 8}, trigger=Trigger.HOURLY)
    assert once == twice
    assert len({it.key for it in once.decisions}) == len(once.decisions)


def test_every_comparison_is_explained_with_value_threshold_unit_and_source() -> None:
    (made,) = judged(BOOK, NO_SHOWS, trigger=Trigger.HOURLY).decisions
    (leaf,) = made.explanation
    assert leaf.model_dump(mode="json") == {
        "field": "noshows_7d",
        "value": 2,
        "op": "gte",
        "threshold": 2,
        "unit": "times",
        "result": True,
        "says": "No-shows in 7 days: 2 times; the rule fires at 2 times or more.",
        "staff_only": False,
        "source": "PRD 3.3 pattern 3",
    }


def test_a_fact_of_a_wrong_type_is_unknown_and_told() -> None:
    judgement = judged(BOOK, {"noshows_7d": "2"}, trigger=Trigger.HOURLY)
    assert judgement.decisions == ()
    assert judgement.strange == ("noshows_7d = '2' is not a whole number from 0 to 500 (times)",)


def test_a_shadow_rule_is_recorded_and_takes_no_case() -> None:
    shadow = a_rule(id="S.shadow", status="shadow", priority=90)
    judgement = judged(a_book(shadow, a_rule()), {"churn_score": 60})
    assert [(it.rule_id, str(it.status), str(it.verdict)) for it in judgement.decisions] == [
        ("S.shadow", "shadow", "fire"),
        ("H1.coaching", "active", "fire"),
    ]


def test_a_rule_on_trial_makes_none_rest_that_acts_but_rests_with_those() -> None:
    rest = {"group": "letters", "max": 1, "within": "7d"}
    trial = a_rule(id="S.trial", status="shadow", cooldown=rest, priority=90)
    acting = a_rule(id="S.acting", cooldown=rest)
    assert verdicts(trial, acting) == [("S.trial", "fire"), ("S.acting", "fire")]
    assert verdicts({**trial, "priority": 10}, acting) == [("S.acting", "fire"), ("S.trial", "suppressed")]


def test_what_a_retired_rule_did_lately_still_makes_its_group_rest() -> None:
    rest = {"group": "letters", "max": 1, "within": "7d"}
    old = a_rule(id="S.old", cooldown=rest)
    before = judged(a_book(old), {"churn_score": 60}).states
    book = a_book({**old, "status": "retired"}, a_rule(id="S.new", cooldown=rest))
    made = judged(book, {"churn_score": 60}, states=before, at=MONDAY + DAY).decisions
    assert [(it.rule_id, it.reason) for it in made] == [("S.old", "rule_changed"), ("S.new", "cooldown")]


def verdicts(*rules: dict[str, Any]) -> list[tuple[str, str]]:
    return [(it.rule_id, str(it.verdict)) for it in judged(a_book(*rules), {"churn_score": 60}).decisions]


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_a_draft_or_retired_rule_does_nothing(status: str) -> None:
    assert judged(a_book(a_rule(status=status)), {"churn_score": 60}).decisions == ()


class LyingEngine:
    """An engine that is always wrong."""

    name = "durable"

    def __init__(self, *says: ConditionKey) -> None:
        self._says = frozenset(says)

    def matches(self, sheet: Sheet) -> frozenset[ConditionKey]:
        return self._says if sheet else frozenset()


def test_a_false_firing_of_the_engine_is_caught_counted_and_not_believed() -> None:
    liar = LyingEngine(("H1.coaching", Part.WHEN))
    judgement = judged(a_book(a_rule()), {"churn_score": 10}, matcher=liar)
    assert judgement.decisions == ()
    (wrong,) = judgement.disagreements
    assert (wrong.rule_id, wrong.engine, wrong.reference) == ("H1.coaching", True, False)


def test_a_running_episode_is_not_resolved_by_an_engine_that_has_gone_silent() -> None:
    book = a_book(a_rule())
    running = judged(book, {"churn_score": 60})
    judgement = judged(
        book, {"churn_score": 60}, matcher=LyingEngine(), states=running.states, at=MONDAY + DAY
    )
    assert judgement.decisions == ()
    assert len(judgement.disagreements) == 1


def test_one_in_a_hundred_silent_answers_is_checked() -> None:
    book = a_book(a_rule())
    caught = sum(
        len(judged(book, {"churn_score": 60, "tenure_days": day}, matcher=LyingEngine()).disagreements)
        for day in range(3_000)
    )
    assert 10 < caught < 60
