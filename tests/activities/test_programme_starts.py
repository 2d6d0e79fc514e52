"""Coaching and tips from facts on record: what starts with what, in which arm, and what holds it back."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select, update

from activities import judgement, measurement, situations
from retention import policy
from retention.measures.periods import measured_day
from retention.messages.effects import StartEffectReview
from retention.messages.evaluation import Step
from retention.programmes.coaching import StartCoaching
from retention.programmes.coaching_tip import StartTip
from retention.records import churn, database, vetoes, watermarks
from retention.records.cases import Case
from retention.records.commands import Command
from retention.records.decisions import Decision
from retention.records.exposures import Exposure
from retention.records.letters import LetterRecord
from retention.vocabulary import Arm, Programme
from rules.holdout import arm_of
from rules.situation import Situation
from tests.factories import platform, wire
from tests.factories.people import a_colleague

MIDNIGHT = datetime(2026, 11, 18, tzinfo=UTC)
DAY = timedelta(days=1)
TIP = Programme.COACHING_TIP


def a_tutor(session: database.Session, *, stars: int = 3) -> int:
    """A tutor whose last six sessions were rated so."""
    number, tutor_id = platform.a_tutor(session, at=MIDNIGHT - 90 * DAY, now=MIDNIGHT - 90 * DAY)
    taught = platform.taught_daily(tutor_id, first=MIDNIGHT - 10 * DAY, days=6)
    said = [wire.feedback_on(one, at=MIDNIGHT - 3 * DAY, rating=stars) for one in taught]
    platform.known(session, [*taught, *said], now=MIDNIGHT - 2 * DAY)
    return number


@pytest.fixture
def of_each_arm(data: str) -> dict[Arm, int]:
    """A tutor with low ratings whom tips reach, and one who is left without."""
    found: dict[Arm, int] = {}
    with database.transaction() as session:
        while len(found) < 2:
            number = a_tutor(session)
            arm = arm_of(TIP, number)
            assert arm is not None
            found.setdefault(arm, number)
    return found


def dawned(day: int = 0, *, score: int = 40, band: str = "medium") -> list[Situation]:
    """The daily look after so many days, at a score that we choose; what was known of everybody."""
    at = MIDNIGHT + day * DAY
    with database.transaction() as session:
        watermarks.begin(session, at - DAY)
        while watermarks.mark_periods(session, watermarks.next_periods(session, at) or []):
            pass
        batch = platform.claimed(session, as_of=at)
    step = Step(batch_id=batch.batch_id, as_of=at)
    measurement.measure(step)
    with database.transaction() as session:
        known = situations.situations_of(session, step)
        rows = [a_score(one.tutor_number, measured_day(at), score=score, band=band) for one in known]
        churn.store(session, [row | {"as_of": at} for row in rows])
        known = situations.situations_of(session, step)
    judgement.judge(step)
    return known


def a_score(number: int, day: date, *, score: int, band: str) -> dict[str, Any]:
    patterns = {"high_reschedule": str(day)} if score > 80 else {}
    said = {"score": score, "raw_score": score, "band": band, "band_since": day, "p30": score / 100}
    nothing: dict[str, Any] = {"components": {}, "factors": [], "inputs": {}}
    return {
        "tutor_number": number,
        "day": day,
        "source": "component",
        "version": "1",
        "patterns": patterns,
    } | (said | nothing)


def every(table: Any) -> Sequence[Any]:
    with database.transaction() as session:
        return list(session.scalars(select(table)))


def reasons_of(number: int) -> set[str]:
    return {one.reason for one in every(Decision) if one.tutor_number == number}


def coaching_cases() -> list[Case]:
    return [case for case in every(Case) if case.programme == Programme.COACHING]


def told() -> dict[str, Command]:
    return {one.target: one for one in every(Command) if one.kind == "start"}


def test_a_tip_starts_with_its_guide_and_metric(of_each_arm: dict[Arm, int]) -> None:
    dawned()
    start = told()[f"coaching_tip/{of_each_arm[Arm.TREATED]}/1"]
    case = StartTip.model_validate(start.payload)
    assert (start.name, case.tip, case.metric) == ("CoachingTip", "what-students-value", "rating_avg_30")
    assert (case.task_kind, case.task_policy, case.risk_band) == (None, "", "medium")


def test_both_arms_are_exposed_and_looked_at_on_the_same_days(of_each_arm: dict[Arm, int]) -> None:
    dawned()
    treated, left_out = (
        next(one for one in every(Exposure) if one.tutor_number == of_each_arm[arm])
        for arm in (Arm.TREATED, Arm.HOLDOUT)
    )
    assert (treated.arm, treated.case_id) == ("treated", f"coaching_tip/{treated.tutor_number}/1")
    assert (left_out.arm, left_out.case_id) == ("holdout", None)
    assert {(one.programme, one.share, one.at) for one in (treated, left_out)} == {
        ("coaching_tip", policy.HOLDOUT_SHARE, MIDNIGHT)
    }
    subjects = [treated.case_id, f"holdout/{left_out.decision_id}"]
    reviews = [StartEffectReview.model_validate(told()[f"effect/{one}"].payload) for one in subjects]
    assert [one.subject for one in reviews] == subjects
    for one in reviews:
        assert (one.metric, one.since, one.anchor) == ("rating_avg_30", MIDNIGHT, MIDNIGHT)
        assert one.days == policy.EXPOSURE_EFFECT_DAYS
    assert {case.tutor_number for case in every(Case)}.isdisjoint({left_out.tutor_number})


def test_a_decision_that_is_judged_again_exposes_nobody_twice(of_each_arm: dict[Arm, int]) -> None:
    dawned()
    exposed, commands = len(every(Exposure)), len(every(Command))
    dawned(1)
    assert (len(every(Exposure)), len(every(Command))) == (exposed, commands)


def test_at_low_risk_the_plan_has_no_tips_and_nobody_is_exposed(of_each_arm: dict[Arm, int]) -> None:
    dawned(score=10, band="low")
    assert every(Exposure) == every(Case) == []
    for number in of_each_arm.values():
        assert reasons_of(number) == {"Held back: the plan has no such step at low risk."}


def test_a_veto_on_record_spares_the_tutor_until_it_is_lifted(of_each_arm: dict[Arm, int]) -> None:
    number = of_each_arm[Arm.TREATED]
    with database.transaction() as session:
        by = a_colleague(session, "Grace Hopper").id
        until = MIDNIGHT + 30 * DAY
        veto = vetoes.put(session, number, TIP, reason="moving", by=by, at=MIDNIGHT - DAY, until=until)
    dawned()
    (reason,) = reasons_of(number)
    assert (
        reason
        == "Held back: a manager wants no coaching tip for this tutor until 18 December 2026, 00:00 UTC."
    )
    with database.transaction() as session:
        vetoes.lift(session, veto, tutor_number=number, by=by, at=MIDNIGHT)
    dawned(1)
    assert f"coaching_tip/{number}/1" in told()


def sent_letters(number: int, *, ago: timedelta, letters: int) -> None:
    """So many optional letters that this tutor has had."""
    with database.transaction() as session:
        for _ in range(letters):
            at = MIDNIGHT - ago
            row = {
                "letter": "coaching_tip",
                "mail_class": "optional",
                "state": "sent",
                "programme": "coaching_tip",
            }
            times = {"at": at, "sent_at": at, "created_at": at}
            session.add(
                LetterRecord(message_key=wire.new_id("m"), case_id="c", tutor_number=number, **row, **times)
            )


@pytest.mark.parametrize(
    ("letters", "ago", "starts"),
    [
        (policy.OPTIONAL_MAILS, policy.OPTIONAL_MAIL_WINDOW - timedelta(hours=1), False),
        (policy.OPTIONAL_MAILS, policy.OPTIONAL_MAIL_WINDOW, True),
        (policy.OPTIONAL_MAILS - 1, DAY, True),
    ],
)
def test_a_spent_mail_budget_holds_a_tip_back(
    of_each_arm: dict[Arm, int], letters: int, ago: timedelta, starts: bool
) -> None:
    number = of_each_arm[Arm.TREATED]
    sent_letters(number, ago=ago, letters=letters)
    dawned()
    assert (f"coaching_tip/{number}/1" in told()) is starts


def test_a_week_of_high_risk_starts_coaching_on_the_eighth_daily_look(data: str) -> None:
    with database.transaction() as session:
        number = a_tutor(session, stars=5)
    scores = [51, 51, 60, 55, 51, 70, 51, 51]
    for day, score in zip(count(), scores, strict=False):
        assert coaching_cases() == []
        dawned(day, score=score, band="high")
    (case,) = coaching_cases()
    start = told()[case.case_id]
    given = StartCoaching.model_validate(start.payload)
    assert (start.name, given.task_kind, given.owner_group) == ("Coaching", None, "ops_manager")
    assert (given.opened_at, given.churn_score, given.tutor_number) == (MIDNIGHT + 7 * DAY, 51, number)
    assert {one.programme for one in every(Exposure)} <= {TIP}  # nobody goes without coaching to be measured


def test_an_open_coaching_case_hears_that_the_risk_has_become_critical(data: str) -> None:
    with database.transaction() as session:
        a_tutor(session, stars=5)
    for day in range(8):
        dawned(day, score=60, band="high")
    dawned(8, score=76, band="critical")
    dawned(9, score=90, band="critical")
    (heard,) = [one for one in every(Command) if one.kind == "signal"]
    (case,) = coaching_cases()
    assert (heard.target, heard.name, heard.payload["rule_id"]) == (case.case_id, "also_found", "H1.critical")
    assert heard.payload["reason"].startswith("The tutor's risk has become critical. Churn score: 76 points")


def test_a_call_that_was_held_is_remembered_after_its_case_has_closed(data: str) -> None:
    with database.transaction() as session:
        number = a_tutor(session, stars=5)
    for day in range(8):
        dawned(day, score=60, band="high")
    held = MIDNIGHT + 7 * DAY + timedelta(hours=15)
    closed = {"state": "closed", "outcome": "improved", "closed_at": held, "acted_at": held}
    with database.transaction() as session:
        session.execute(update(Case).where(Case.programme == Programme.COACHING).values(**closed))
    (known,) = dawned(8, score=60, band="high")
    assert known.last_acted == {Programme.COACHING: held}
    assert known.tutor_number == number
    assert Programme.COACHING not in {case.programme for case in known.open_cases}


def test_counts_and_patterns_are_on_the_sheet(data: str) -> None:
    with database.transaction() as session:
        number, tutor_id = platform.a_tutor(session, at=MIDNIGHT - 60 * DAY, now=MIDNIGHT - 60 * DAY)
        firsts = platform.taught_daily(tutor_id, first=MIDNIGHT - 6 * DAY, days=4, session_number=1)
        later = platform.taught_daily(tutor_id, first=MIDNIGHT - 40 * DAY, days=2, session_number=1)
        said = [
            wire.feedback_on(one, at=MIDNIGHT - DAY, rating=2 + place) for place, one in enumerate(firsts)
        ]
        old = [wire.feedback_on(one, at=MIDNIGHT - 35 * DAY, rating=1) for one in later]
        platform.known(session, [*later, *old, *firsts, *said], now=MIDNIGHT - timedelta(hours=1))
    (known,) = dawned(score=90, band="critical")
    facts = known.facts
    assert (facts["first_rated_30d"], facts["first_rating_avg_30d"]) == (4, 3.5)
    assert facts["rated_30"] == 6
    assert (facts["pattern_high_reschedule"], facts["pattern_no_show_risk"]) == (True, False)
    assert known.tutor_number == number
