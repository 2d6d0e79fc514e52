"""Effects: read as they were known, kept once; and each close with its outcome and the looks that follow."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from activities.cases import record_case
from activities.effects import measure_effect
from retention.messages.cases import CaseProgress, StartCase
from retention.messages.effects import MeasureEffect, StartEffectReview
from retention.messages.tasks import TaskEvent, TaskSnapshot
from retention.records import effect_figures, tasks
from retention.records.commands import Command
from retention.records.database import transaction
from retention.records.fact_sheets import FactSheet
from retention.records.outcomes import CaseOutcome
from retention.records.tutor_days import TutorDay
from retention.records.tutors import Spell
from retention.vocabulary import CaseState, EffectVerdict, Outcome, Programme, TaskAct, TaskKind
from tests.factories import platform
from tests.factories.cases import an_opened_case, worked_off
from tests.factories.effects import evaluated
from tests.factories.tasks import a_memory, a_task
from tests.factories.tips import an_opened_tip

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("data")


def a_tutor() -> int:
    """A tutor of whom nothing waits to be worked off."""
    with transaction() as session:
        number, _ = platform.a_tutor(session, at=NOON - 90 * DAY)
        worked_off(session, number)
        return number


def knew(tutor: int, at: datetime, **facts: Any) -> None:
    """What was known of a tutor at an instant."""
    with transaction() as session:
        session.add(
            FactSheet(tutor_number=tutor, as_of=at, trigger="daily_rollup", facts=facts, digest=uuid4().bytes)
        )


def counted(tutor: int, day: date, **counts: int) -> None:
    with transaction() as session:
        session.add(TutorDay(tutor_number=tutor, day=day, subjects=[], answer_waits=[], **counts))


@pytest.fixture(autouse=True)
def _never_behind(data: str) -> None:
    """The evaluation has come as far as any look here asks about."""
    until(NOON + 365 * DAY)


def until(instant: datetime) -> None:
    """The evaluation has come as far as the last midnight before an instant."""
    with transaction() as session:
        evaluated(session, instant)


def asked(tutor: int, **changes: Any) -> MeasureEffect:
    told = {
        "subject": "holdout/1",
        "programme": Programme.COACHING_TIP,
        "tutor_number": tutor,
        "metric": "churn_score",
        "day": 14,
        "since": NOON,
        "as_of": NOON + 14 * DAY,
        "at": NOON + 14 * DAY,
    }
    return MeasureEffect.model_validate(told | changes)


def test_both_values_are_those_that_were_known_at_their_instants() -> None:
    tutor = a_tutor()
    knew(tutor, NOON - DAY, churn_score=70)
    knew(tutor, NOON, churn_score=62, rating_avg_30=4.1)
    knew(tutor, NOON + HOUR, churn_score=61)
    knew(tutor, NOON + 14 * DAY - HOUR, churn_score=48, rating_avg_30=4.4)
    knew(tutor, NOON + 14 * DAY + HOUR, churn_score=12)
    figure = measure_effect(asked(tutor, at=NOON + 20 * DAY))
    assert (figure.before, figure.after, figure.verdict) == (62, 48, EffectVerdict.IMPROVED)
    assert (figure.due_at, figure.measured_at) == (NOON + 14 * DAY, NOON + 20 * DAY)
    beside = {one.metric: (one.before, one.after) for one in figure.beside}
    assert beside == {"rating_avg_30": (4.1, 4.4), "sessions_7d": (None, None)}


@pytest.mark.parametrize(("age", "known"), [(2 * DAY - HOUR, True), (2 * DAY, False)])
def test_a_sheet_of_two_days_ago_says_nothing_of_now(age: timedelta, known: bool) -> None:
    tutor = a_tutor()
    knew(tutor, NOON, churn_score=62)
    knew(tutor, NOON + 14 * DAY - age, churn_score=40)
    figure = measure_effect(asked(tutor))
    assert figure.after == (40 if known else None)
    assert figure.verdict is (EffectVerdict.IMPROVED if known else EffectVerdict.NOT_MEASURABLE)


@pytest.mark.parametrize(
    ("rated", "verdict"), [(3, EffectVerdict.IMPROVED), (2, EffectVerdict.NOT_MEASURABLE)]
)
def test_new_cases_are_counted_on_the_whole_days_between_the_looks(
    rated: int, verdict: EffectVerdict
) -> None:
    tutor = a_tutor()
    knew(tutor, NOON, first_success_pct=40.0)
    knew(tutor, NOON + 14 * DAY, first_success_pct=60.0)
    counted(tutor, NOON.date(), first_rated=9)
    counted(tutor, NOON.date() + DAY, first_rated=1)
    counted(tutor, NOON.date() + 13 * DAY, first_rated=rated - 1)
    counted(tutor, NOON.date() + 14 * DAY, first_rated=9)
    figure = measure_effect(asked(tutor, metric="first_success_pct"))
    assert (figure.cases, figure.verdict) == (rated, verdict)


@pytest.mark.parametrize(
    ("left_after", "verdict"),
    [
        (timedelta(0), EffectVerdict.IMPROVED),  # that was before the first look
        (HOUR, EffectVerdict.CHURNED),
        (14 * DAY, EffectVerdict.CHURNED),
        (14 * DAY + HOUR, EffectVerdict.IMPROVED),
    ],
)
def test_who_left_in_between_has_churned_even_if_back_again(
    left_after: timedelta, verdict: EffectVerdict
) -> None:
    tutor = a_tutor()
    knew(tutor, NOON, churn_score=62)
    knew(tutor, NOON + 14 * DAY, churn_score=20)
    with transaction() as session:
        session.add(
            Spell(
                tutor_number=tutor,
                started_at=NOON - 60 * DAY,
                ended_at=NOON + left_after,
                reason="inactivity",
            )
        )
        session.add(Spell(tutor_number=tutor, started_at=NOON + 20 * DAY))
    assert measure_effect(asked(tutor)).verdict is verdict


def test_a_figure_is_kept_once_and_the_first_stands() -> None:
    tutor = a_tutor()
    knew(tutor, NOON, churn_score=62)
    knew(tutor, NOON + 14 * DAY, churn_score=40)
    first = measure_effect(asked(tutor))
    measure_effect(asked(tutor, at=NOON + 30 * DAY))
    with transaction() as session:
        assert effect_figures.figures_of(session, "holdout/1") == [first]


def test_who_only_wants_to_know_leaves_nothing_behind() -> None:
    measure_effect(asked(a_tutor(), keep=False))
    with transaction() as session:
        assert effect_figures.figures_of(session, "holdout/1") == []


def closed(case: StartCase, outcome: Outcome, *, at: datetime, **more: Any) -> None:
    record_case(
        CaseProgress(
            case_id=case.case_id,
            version=5,
            state=CaseState.CLOSED,
            waiting_for="",
            at=at,
            outcome=outcome,
            **more,
        )
    )


def a_case() -> StartCase:
    with transaction() as session:
        return an_opened_case(session, at=NOON, kind=TaskKind.NO_SHOW_CHECK)


def outcome_of(case: StartCase) -> CaseOutcome:
    with transaction() as session:
        return session.scalars(select(CaseOutcome).where(CaseOutcome.case_id == case.case_id)).one()


def reviews_of(case: StartCase) -> list[StartEffectReview]:
    with transaction() as session:
        told = select(Command.payload).where(Command.target == f"effect/{case.case_id}")
        return [StartEffectReview.model_validate(payload) for payload in session.scalars(told)]


def test_a_close_writes_its_outcome_and_has_it_looked_at_once() -> None:
    case = a_case()
    for _ in range(2):
        closed(case, Outcome.EXPIRED, at=NOON + 10 * DAY)
    row = outcome_of(case)
    assert (row.outcome, row.accepted, row.completed) == (Outcome.EXPIRED, False, None)
    assert (row.opened_at, row.closed_at, row.first_action_at) == (NOON, NOON + 10 * DAY, None)
    (review,) = reviews_of(case)
    assert (review.subject, review.metric, review.days) == (case.case_id, "churn_score", (30, 60, 90))
    assert (review.since, review.anchor) == (NOON, NOON + 10 * DAY)


def worked_on(case: StartCase, *lines: tuple[TaskAct, str, datetime]) -> None:
    """A task of the case with what happened to it: act, who, when."""
    task = a_task(case_id=case.case_id, tutor_number=case.tutor_number, kind=TaskKind.NO_SHOW_CHECK)
    with transaction() as session:
        for number, (act, actor, at) in enumerate(lines, start=1):
            snapshot = TaskSnapshot(
                **task.model_dump(include=set(TaskSnapshot.model_fields) - {"state"}),
                state=a_memory(version=number),
                event=TaskEvent(version=number, act=act, actor=actor, at=at),
            )
            tasks.project(session, snapshot)


def test_the_time_to_action_is_office_time_until_a_person_takes_it_up() -> None:
    case = a_case()  # a Wednesday at noon
    worked_on(
        case,
        (TaskAct.OPENED, "mainstay", NOON),
        (TaskAct.REMINDED, "mainstay", NOON + HOUR),
        (TaskAct.CLAIMED, "7", NOON + 23 * HOUR),  # Thursday at eleven
        (TaskAct.COMPLETED, "7", NOON + 26 * HOUR),
    )
    closed(case, Outcome.TUTOR_CONTACTED, at=NOON + 26 * HOUR)
    row = outcome_of(case)
    assert (row.accepted, row.completed) == (True, True)
    assert row.first_action_at == NOON + 23 * HOUR
    assert row.office_time_to_action == 7 * HOUR  # twelve to five, nine to eleven


def test_a_tip_acts_by_its_letter_and_was_looked_at_since_its_exposure() -> None:
    with transaction() as session:
        case = an_opened_tip(session, at=NOON)
    closed(case, Outcome.IMPROVED, at=NOON + 14 * DAY, acted_at=NOON + HOUR)
    row = outcome_of(case)
    assert (row.accepted, row.completed, row.first_action_at) == (None, True, NOON + HOUR)
    assert reviews_of(case) == []


def test_a_case_that_goes_on_has_no_outcome() -> None:
    case = a_case()
    record_case(
        CaseProgress(case_id=case.case_id, version=1, state=CaseState.OPEN, waiting_for="a person", at=NOON)
    )
    with transaction() as session:
        assert session.scalars(select(CaseOutcome)).all() == []
    assert reviews_of(case) == []
