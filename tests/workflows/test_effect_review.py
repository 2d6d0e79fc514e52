"""The look at what became of a tutor: on its days, by what was known then, however late it begins."""

from datetime import datetime, timedelta

import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata

from retention.measures.effects import BEHIND
from retention.messages.effects import EffectFigure, StartEffectReview
from retention.policy import EFFECT_DAYS
from retention.programmes.coaching_tip import StartTip
from retention.records import effect_figures
from retention.records.database import transaction
from retention.temporal.queues import UPKEEP
from retention.vocabulary import EffectVerdict
from tests.factories.tips import METRIC, an_opened_tip
from tests.testbed.casework import SECOND, Office
from tests.testbed.post_office import begun, come_to, knew, went_better
from workflows.shown import instant

pytestmark = pytest.mark.timeskipping
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def review_of(case: StartTip, *, anchor: datetime) -> StartEffectReview:
    return StartEffectReview(
        subject=case.case_id,
        programme=case.programme,
        tutor_number=case.tutor_number,
        metric=METRIC,
        since=case.opened_at,
        anchor=anchor,
        days=EFFECT_DAYS,
        clock=case.clock,
    )


def figures_of(case: StartTip) -> list[EffectFigure]:
    with transaction() as session:
        return list(effect_figures.figures_of(session, case.case_id))


async def a_review(office: Office, *, late_by: timedelta = timedelta(0)) -> tuple[StartTip, datetime]:
    """A look at a tutor whose case has closed, started so much later than that."""
    closed_at = await office.skipper.now() - late_by
    with transaction() as session:
        case = an_opened_tip(session, at=closed_at - 14 * DAY)
    knew(case, case.opened_at, **{METRIC: 40.0})
    went_better(case, closed_at + 30 * DAY - 12 * HOUR)
    await begun(
        office,
        "EffectReview",
        review_of(case, anchor=closed_at),
        workflow_id=f"effect/{case.case_id}",
        queue=UPKEEP,
    )
    return case, closed_at


@pytest.mark.recorded("three-looks")
async def test_what_became_of_a_tutor_is_looked_at_after_30_60_and_90_days(post_office: Office) -> None:
    office = post_office
    case, closed_at = await a_review(office)
    for number, day in enumerate(EFFECT_DAYS, start=1):
        await office.until(closed_at + day * DAY - 5 * SECOND)
        assert len(figures_of(case)) == number - 1
        await office.until(closed_at + day * DAY + SECOND)
        assert len(figures_of(case)) == number
    first, second, third = figures_of(case)
    assert (first.before, first.after, first.verdict) == (40, 70, EffectVerdict.IMPROVED)
    assert second.verdict is third.verdict is EffectVerdict.NOT_MEASURABLE
    assert first.due_at == closed_at + 30 * DAY


@pytest.mark.recorded("late-start")
async def test_a_look_that_begins_late_sees_what_was_known_in_time(post_office: Office) -> None:
    case, closed_at = await a_review(post_office, late_by=40 * DAY)
    (first,) = figures_of(case)
    assert (first.due_at, first.after) == (closed_at + 30 * DAY, 70)
    assert first.measured_at >= closed_at + 40 * DAY
    await post_office.until(closed_at + 60 * DAY + HOUR)
    assert [figure.day for figure in figures_of(case)] == [30, 60]


async def details_of(office: Office, workflow_id: str) -> str:
    """What the Temporal UI shows of a running workflow."""
    handle = office.skipper.client.get_workflow_handle(workflow_id)
    told = await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    return str(told.current_details)


@pytest.mark.recorded("evaluation-behind")
async def test_a_look_waits_until_the_evaluation_has_come_to_its_day(post_office: Office) -> None:
    office = post_office
    case, closed_at = await a_review(office)
    day_30 = closed_at + 30 * DAY
    come_to(day_30 - DAY)
    await office.until(day_30 + 4 * HOUR)
    assert figures_of(case) == []
    waits = f"Waiting for the evaluation to come to {instant(day_30)}, until "
    assert (await details_of(office, f"effect/{case.case_id}")).startswith(waits)
    come_to(day_30)
    await office.until(day_30 + 8 * HOUR)
    (first,) = figures_of(case)
    assert (first.due_at, first.after, first.verdict) == (day_30, 70, EffectVerdict.IMPROVED)
    assert day_30 + 4 * HOUR < first.measured_at <= day_30 + 8 * HOUR


@pytest.mark.recorded("evaluation-never-comes")
async def test_a_look_that_waits_in_vain_says_so_and_goes_on_with_the_next(post_office: Office) -> None:
    office = post_office
    case, closed_at = await a_review(office)
    come_to(closed_at + 29 * DAY)
    await office.until(closed_at + 38 * DAY)
    (first,) = figures_of(case)
    assert (first.verdict, first.reason) == (EffectVerdict.NOT_MEASURABLE, BEHIND)
    assert first.measured_at >= closed_at + 37 * DAY
    come_to(closed_at + 90 * DAY)
    await office.until(closed_at + 60 * DAY + HOUR)
    assert [figure.day for figure in figures_of(case)] == [30, 60]
