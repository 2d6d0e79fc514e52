"""Deadlines of tasks on the office's calendar."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activities import deadlines
from retention import calendars, readings, sla
from retention.errors import NotFound
from retention.messages.sla import Pause, SlaClock
from retention.messages.tasks import PlanRequest, TaskPlan
from retention.policy import COACHING_SCHEDULE_WITHIN, MAX_SNOOZE, TASK_POLICIES
from retention.vocabulary import OwnerGroup, PauseReason, SlaClockKind, TaskAct

MONDAY_TEN = datetime(2026, 11, 23, 10, tzinfo=UTC)  # London is on UTC in November
FRIDAY_FOUR = datetime(2026, 11, 20, 16, tzinfo=UTC)


def planned(policy: str, **asked: Any) -> TaskPlan:
    return deadlines.plan(PlanRequest(policy=policy, **asked))


def test_a_review_is_due_a_business_day_later_with_its_ladder_in_order() -> None:
    plan = planned("first_session_review", opened_at=MONDAY_TEN)
    assert plan.due_at == MONDAY_TEN + timedelta(days=1)
    assert [rung.act for rung in plan.ladder] == [
        TaskAct.REMINDED,
        TaskAct.REMINDED,
        TaskAct.BREACHED,
        TaskAct.ESCALATED,
    ]
    # half of the eight office hours, then four fifths of them: 14:00 and 16:24
    assert plan.ladder[0].at == datetime(2026, 11, 23, 14, tzinfo=UTC)
    assert plan.ladder[1].at == plan.at_risk_at == datetime(2026, 11, 23, 16, 24, tzinfo=UTC)
    assert plan.ladder[3].at == datetime(2026, 11, 24, 14, tzinfo=UTC)
    assert plan.ladder[3].group is OwnerGroup.OPS_MANAGER


def test_nothing_reminds_or_escalates_at_the_weekend() -> None:
    plan = planned("first_session_review", opened_at=FRIDAY_FOUR)
    assert plan.due_at == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert all(rung.at.weekday() < 5 for rung in plan.ladder)


def test_a_due_date_that_a_person_set_stands_and_the_ladder_is_laid_around_it() -> None:
    wished = datetime(2026, 11, 26, 12, tzinfo=UTC)
    plan = planned("alert_medium", opened_at=MONDAY_TEN, due_at=wished)
    assert plan.due_at == wished
    assert [rung.at for rung in plan.ladder if rung.act is TaskAct.BREACHED] == [wished]
    assert all(rung.at < wished for rung in plan.ladder if rung.act is TaskAct.REMINDED)


def test_a_due_date_with_no_office_time_before_it_has_no_reminders() -> None:
    saturday = datetime(2026, 11, 21, 9, tzinfo=UTC)
    plan = planned("alert_high", opened_at=saturday, due_at=saturday + timedelta(hours=3))
    assert [rung.act for rung in plan.ladder] == [TaskAct.BREACHED, TaskAct.ESCALATED]
    assert plan.at_risk_at == plan.due_at


@pytest.mark.parametrize("policy", TASK_POLICIES)
def test_every_policy_makes_a_plan(policy: str) -> None:
    plan = planned(policy, opened_at=FRIDAY_FOUR)
    assert [rung.at for rung in plan.ladder] == sorted(rung.at for rung in plan.ladder)


@pytest.mark.parametrize("policy", TASK_POLICIES)
@pytest.mark.parametrize("group", OwnerGroup)
def test_whosever_a_task_is_it_escalates_to_another_group(policy: str, group: OwnerGroup) -> None:
    assert planned(policy, opened_at=MONDAY_TEN, group=group).ladder[-1].group not in (None, group)


def test_a_stretch_in_which_the_clock_stands_brings_no_reminder_nearer() -> None:
    monday_eleven, friday_ten = MONDAY_TEN + timedelta(hours=1), MONDAY_TEN + timedelta(days=4)
    away = Pause(since=monday_eleven, until=friday_ten - timedelta(hours=7), reason=PauseReason.LEAVE)
    plan = planned("coaching_phone", opened_at=MONDAY_TEN, due_at=friday_ten, pauses=(away,))
    assert [rung.at for rung in plan.ladder if rung.act is TaskAct.REMINDED] == [
        monday_eleven,  # one of the two office hours that count
        datetime(2026, 11, 27, 9, 36, tzinfo=UTC),
    ]


def test_a_due_date_from_a_clock_that_stood_still_reminds_before_it_and_escalates_after_it() -> None:
    clock = SlaClock(kind=SlaClockKind.WEEKDAY, budget=COACHING_SCHEDULE_WITHIN, started_at=FRIDAY_FOUR)
    paused = sla.pause(clock, PauseReason.WAITING_FOR_TUTOR, since=FRIDAY_FOUR + timedelta(hours=1))
    resumed = sla.resume(paused, at=MONDAY_TEN)
    reading = readings.reading(calendars.office(), resumed, at=MONDAY_TEN)
    assert reading.due_at == datetime(2026, 11, 25, 9, tzinfo=UTC)  # 47 hours from Monday at ten
    plan = planned("coaching_times", opened_at=MONDAY_TEN, due_at=reading.due_at)
    assert [(rung.act, rung.at) for rung in plan.ladder] == [
        (TaskAct.REMINDED, datetime(2026, 11, 24, 9, 30, tzinfo=UTC)),
        (TaskAct.REMINDED, datetime(2026, 11, 24, 14, tzinfo=UTC)),
        (TaskAct.BREACHED, reading.due_at),
        (TaskAct.ESCALATED, datetime(2026, 11, 25, 13, tzinfo=UTC)),
    ]


def test_a_plan_says_for_how_long_its_task_may_be_put_aside() -> None:
    assert planned("alert_high", opened_at=MONDAY_TEN).longest_snooze == MAX_SNOOZE


def test_an_unknown_policy_is_named() -> None:
    with pytest.raises(NotFound, match="no task policy called equipment_check"):
        planned("equipment_check", opened_at=MONDAY_TEN)
