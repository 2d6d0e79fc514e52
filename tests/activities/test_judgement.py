"""Judging: from facts on record to decisions, cases and commands, once each."""

from datetime import timedelta
from typing import Any

import pytest

from activities import churn, judgement, measurement
from retention.messages.cases import AlsoFound, StartCase
from retention.messages.evaluation import Step, StepReport
from retention.records import database, looks, watermarks
from retention.records.cases import Case
from retention.records.commands import Command
from retention.records.decisions import Decision
from retention.records.dirty_days import DirtyDay
from retention.records.fact_sheets import FactSheet
from retention.records.hops import SignalHop
from retention.records.looks import Look
from retention.records.moments import Moment
from retention.records.rulebook import RulebookVersion, RuleState
from retention.vocabulary import Hop
from rules.loader import load_book
from tests.activities.evaluated import HOUR, NOON, a_tutor, count, evaluated, every, next_batch, posted
from tests.factories import platform, wire


def of_cases() -> list[Any]:
    """The decisions that a case came of."""
    return [decision for decision in every(Decision) if decision.case_id]


def test_a_poor_first_session_opens_one_review(data: str) -> None:
    number, tutor_id = a_tutor()
    posted(wire.a_poor_first_session(tutor_id, start=NOON - 3 * HOUR))
    assert evaluated().fired == 1
    (case,), (command,), (decision,) = every(Case), every(Command), of_cases()
    start = StartCase.model_validate(command.payload)
    assert case.case_id == command.target == start.case_id == f"first_session_review/{number}/1"
    assert (start.decision_id, start.churn_score is not None) == (decision.id, True)
    assert (case.state, case.tutor_number, decision.verdict) == ("open", number, "fire")
    assert command.name == "FirstSessionReview"


def test_the_decision_keeps_the_facts_it_saw(data: str) -> None:
    _, tutor_id = a_tutor()
    posted(wire.a_poor_first_session(tutor_id, start=NOON - 3 * HOUR))
    evaluated()
    (decision,) = of_cases()
    sheet = next(one for one in every(FactSheet) if one.id == decision.fact_sheet_id)
    assert sheet.facts["rating"] == 2
    assert sheet.facts["is_first_session"] is True
    assert {leaf["field"] for leaf in decision.explanation} >= {"is_first_session", "rating"}


def test_signals_and_rules_on_trial_are_recorded_and_start_nothing(data: str) -> None:
    _, tutor_id = a_tutor()
    posted(wire.a_poor_first_session(tutor_id, start=NOON - 3 * HOUR))
    evaluated()
    beside = {(it.rule_id, it.verdict, it.shadow) for it in every(Decision) if it.case_id is None}
    assert beside == {
        ("P1.poor-first-session", "fire", False),
        ("A3.first-session-check-in", "fire", True),
    }
    assert (count(Case), count(Command)) == (1, 1)


def test_a_batch_that_is_judged_twice_changes_nothing(data: str) -> None:
    _, tutor_id = a_tutor()
    posted(wire.a_poor_first_session(tutor_id, start=NOON - 3 * HOUR))
    batch = next_batch(NOON)
    step = Step(batch_id=batch.batch_id, as_of=batch.as_of)
    for act in (measurement.measure, measurement.measure, churn.score, churn.score, judgement.judge):
        act(step)
    kept = [count(table) for table in (Decision, Case, Command, FactSheet, RuleState)]
    assert judgement.judge(step) == StepReport()
    assert measurement.measure(step) == StepReport()
    assert [count(table) for table in (Decision, Case, Command, FactSheet, RuleState)] == kept
    assert (count(Moment), count(DirtyDay)) == (0, 0)


def test_more_bad_news_of_the_same_session_opens_no_second_review(data: str) -> None:
    _, tutor_id = a_tutor()
    session, said = wire.a_poor_first_session(tutor_id, start=NOON - 3 * HOUR)
    late = session | {"actual_start": (NOON - 3 * HOUR + timedelta(minutes=11)).isoformat()}
    posted([late])
    assert evaluated().fired == 1
    posted([said], now=NOON + HOUR)
    assert evaluated(NOON + HOUR).fired == 0
    assert count(Case) == 1


def test_feedback_that_comes_before_its_session_is_judged_with_it(data: str) -> None:
    _, tutor_id = a_tutor()
    session, said = wire.a_poor_first_session(tutor_id, start=NOON - 3 * HOUR)
    posted([said])
    assert evaluated().fired == 0
    posted([session], now=NOON + HOUR)
    assert evaluated(NOON + HOUR).fired == 1


def test_of_a_group_whose_words_came_first_the_least_content_counts(data: str) -> None:
    _, tutor_id = a_tutor()
    session, said = wire.a_poor_first_session(tutor_id, start=NOON - 3 * HOUR)
    group = session | {"session_type": "group", "student_ids": [said["student_id"], "student-2"]}
    content = wire.feedback_on(group, at=NOON - HOUR, student_id="student-2")
    posted([said, content])
    assert evaluated().fired == 0
    posted([group], now=NOON + HOUR)
    assert evaluated(NOON + HOUR).fired == 1


@pytest.mark.parametrize(("missed", "fired"), [(1, 0), (2, 1)])
def test_two_no_shows_in_a_week_open_an_alert(data: str, missed: int, fired: int) -> None:
    _, tutor_id = a_tutor()
    posted(
        [
            wire.a_session(tutor_id, start=NOON - timedelta(days=day + 1), transition="no_show")
            for day in range(missed)
        ]
    )
    assert evaluated().fired == fired


def test_a_quiet_week_opens_an_alert_and_a_session_settles_it(data: str) -> None:
    number, tutor_id = a_tutor()
    posted([wire.a_session(tutor_id, start=NOON - timedelta(days=7))])
    with database.transaction() as session:
        watermarks.begin(session, NOON - HOUR)
        watermarks.mark_periods(session, watermarks.next_periods(session, NOON))
    assert evaluated().fired == 1
    posted([wire.a_session(tutor_id, start=NOON, event_time=(NOON + HOUR).isoformat())], now=NOON + HOUR)
    assert evaluated(NOON + HOUR).resolved == 1
    start, resolution = sorted(every(Command), key=lambda command: command.seq)
    assert (start.kind, resolution.kind, resolution.name) == ("start", "signal", "rule_resolved")
    assert start.target == resolution.target == f"alert_check/{number}/1"


def test_an_open_case_is_told_once_of_what_is_folded_into_it(data: str) -> None:
    number, tutor_id = a_tutor()
    posted(wire.a_poor_first_session(tutor_id, start=NOON - 3 * HOUR))
    assert evaluated().fired == 1
    later, words = wire.a_poor_first_session(tutor_id, start=NOON - 2 * HOUR)
    posted([later, words], now=NOON + HOUR)
    assert evaluated(NOON + HOUR).suppressed == 1
    start, told = sorted(every(Command), key=lambda command: command.seq)
    found = AlsoFound.model_validate(told.payload)
    assert (told.kind, told.name, told.target) == ("signal", "also_found", start.target)
    assert (found.command_id, found.session_id) == (str(told.id), later["session_id"])
    assert found.reason.startswith("A first session went badly. ")
    more = wire.feedback_on(later, at=NOON, student_id="student-2", rating=1)
    posted([more], now=NOON + 2 * HOUR)
    assert evaluated(NOON + 2 * HOUR).suppressed == 0
    assert count(Command) == 2
    assert {case.case_id for case in every(Case)} == {f"first_session_review/{number}/1"}


def test_what_is_folded_into_a_case_is_told_before_its_own_cause_is_gone(data: str) -> None:
    number, tutor_id = a_tutor()
    posted([wire.a_session(tutor_id, start=NOON - timedelta(days=7))])
    with database.transaction() as session:
        watermarks.begin(session, NOON - HOUR)
        watermarks.mark_periods(session, watermarks.next_periods(session, NOON))
    assert evaluated().fired == 1
    posted(wire.a_poor_first_session(tutor_id, start=NOON), now=NOON + HOUR)
    report = evaluated(NOON + HOUR)
    assert (report.fired, report.suppressed, report.resolved) == (0, 1, 1)
    told = sorted(every(Command), key=lambda command: command.seq)
    assert [command.name for command in told] == ["AlertCheck", "also_found", "rule_resolved"]
    assert {command.target for command in told} == {f"alert_check/{number}/1"}


def test_a_day_leaves_a_sheet_of_everybody(data: str) -> None:
    number, _ = a_tutor()
    with database.transaction() as session:
        watermarks.begin(session, NOON - timedelta(days=1))
        watermarks.mark_periods(session, watermarks.next_periods(session, NOON))
    evaluated(NOON)
    (sheet,) = every(FactSheet)
    assert (sheet.tutor_number, sheet.trigger) == (number, "daily_rollup")
    assert sheet.facts["on_leave"] is False


def test_every_hop_of_a_signal_is_timed(data: str) -> None:
    _, tutor_id = a_tutor()
    session, said = wire.a_poor_first_session(tutor_id, start=NOON - 3 * HOUR)
    posted([session, said])
    evaluated()
    hops = {hop.hop for hop in every(SignalHop) if hop.event_id == said["event_id"]}
    assert hops == {Hop.KNOWN, Hop.MEASURED, Hop.SCORED, Hop.JUDGED}


def test_the_book_is_published_once_and_decisions_point_to_it(data: str) -> None:
    _, tutor_id = a_tutor()
    for at in (NOON, NOON + HOUR):
        posted(wire.a_poor_first_session(tutor_id, start=at - 3 * HOUR), now=at)
        evaluated(at)
    (version,) = every(RulebookVersion)
    assert version.status == "published"
    assert {decision.rulebook_version for decision in every(Decision)} == {version.version}
    assert version.digest == load_book().digest


def test_the_number_of_statements_does_not_grow_with_the_tutors(data: str, queries: list[str]) -> None:
    counts = []
    for tutors in (1, 1, 8):
        for _ in range(tutors):
            _, tutor_id = a_tutor()
            posted(wire.a_poor_first_session(tutor_id, start=NOON - 3 * HOUR))
        queries.clear()
        assert evaluated().fired == tutors
        counts.append(len(queries))
    assert counts[1] == counts[2]  # the very first also publishes the book


def test_a_session_at_which_nothing_happens_is_kept_for_later_with_its_own_facts(data: str) -> None:
    number, tutor_id = a_tutor()
    posted([wire.a_session(tutor_id, start=NOON - 3 * HOUR)])
    evaluated()
    posted([wire.a_session(tutor_id, start=NOON - 2 * HOUR)], now=NOON + HOUR)
    evaluated(NOON + HOUR)
    first, second = every(Look)
    assert [look.tutor_number for look in (first, second)] == [number, number]
    assert second.moments[0]["facts"]["is_first_session"] is False
    assert second.fact_sheet_id == first.fact_sheet_id  # nothing about the tutor has changed


def test_an_hour_at_which_nothing_changes_leaves_no_look(data: str) -> None:
    a_tutor()
    with database.transaction() as session:
        watermarks.begin(session, NOON - HOUR)
    for at in (NOON, NOON + HOUR):
        with database.transaction() as session:
            watermarks.mark_periods(session, watermarks.next_periods(session, at))
        evaluated(at)
    assert count(Look) == 1


def test_how_many_tutors_a_rule_holds_for_is_read_from_their_last_looks(data: str) -> None:
    for day in (7, 7, 1):
        _, tutor_id = a_tutor()
        posted([wire.a_session(tutor_id, start=NOON - timedelta(days=day))])
    with database.transaction() as session:
        watermarks.begin(session, NOON - HOUR)
        watermarks.mark_periods(session, watermarks.next_periods(session, NOON))
    evaluated()
    with database.transaction() as session:
        assert looks.holding(session)["ALERT.inactivity"] == 2


def test_news_at_which_no_rule_is_looked_at_leaves_no_look(data: str) -> None:
    _, tutor_id = a_tutor()
    for at in (NOON, NOON + HOUR):  # the first one changes the score, and that is a moment
        posted([platform.an_act(tutor_id, "login", at=at - HOUR)], now=at)
        evaluated(at)
    assert (count(DirtyDay), count(Look)) == (0, 1)
