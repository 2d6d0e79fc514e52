"""The look at what became of a tutor: on its days, by what was known then, however late it begins."""

from datetime import datetime, timedelta

import pytest

from retention.messages.effects import EffectFigure, StartEffectReview
from retention.policy import EFFECT_DAYS
from retention.programmes.coaching_tip import StartTip
from retention.records import effect_figures
from retention.records.database import transaction
from retention.temporal.queues import UPKEEP
from retention.vocabulary import EffectVerdict
from tests.factories.tips import METRIC, an_opened_tip
from tests.testbed.casework import SECOND, Office
from tests.testbed.post_office import begun, knew, went_better

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
    went_better(case, closed_at + 30 * DAY - HOUR)
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
