"""What has lasted is looked into by another group, or raises the task that somebody has already."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from retention.messages.cases import AlsoFound, RuleResolved
from retention.messages.tasks import Claim, Complete
from retention.vocabulary import CaseState, Outcome, OwnerGroup, TaskKind, TaskState
from tests.factories.cases import a_finding, a_start
from tests.factories.tasks import NOTES
from tests.testbed.casework import Office, row_of, story_of, task_of, words_of
from tests.testbed.rehearsal import HOUR, Rehearsal, Says
from workflows.escalation_review import EscalationStory

KIND, DAY = TaskKind.ESCALATION_REVIEW, timedelta(days=1)
DECIDES = Says(Outcome.TUTOR_CONTACTED, {"notes": NOTES}, after=5 * HOUR)
GONE = "No longer so: the tutor moves fewer sessions."
LASTS = "Still so. Two sessions were missed within a week. No-shows in 7 days: 3 times."


def lasting(at: datetime) -> AlsoFound:
    """What a case hears when its rule escalates."""
    return AlsoFound(
        command_id="lasts",
        at=at,
        rule_id="ALERT.no-shows",
        reason=LASTS,
        escalate_to=OwnerGroup.OPS_MANAGER,
        priority_added=20,
    )


def rehearsed(*said: Says) -> Rehearsal[EscalationStory]:
    return Rehearsal(EscalationStory, a_start(KIND), people={KIND: list(said)})


def test_what_the_person_decides_ends_the_case() -> None:
    case = rehearsed(DECIDES)
    assert case.play().outcome is Outcome.TUTOR_CONTACTED
    assert case.steps() == ["asked", "closed"]
    assert case.told()[-1].acted_at == case.begins + 5 * HOUR


def test_a_review_that_nobody_began_goes_when_its_cause_is_gone() -> None:
    case = rehearsed()
    case.resolved(HOUR, GONE)
    assert case.play().outcome is Outcome.RECOVERED_BY_ITSELF
    assert case.task(KIND).memory.close_reason == GONE


def test_a_review_whose_rule_was_changed_is_withdrawn_and_nobody_has_recovered() -> None:
    case = rehearsed()
    case.resolved(HOUR, "Ended by a change of its rule.", rule_changed=True)
    assert case.play().outcome is Outcome.WITHDRAWN


def test_a_review_that_somebody_has_begun_stays_with_them() -> None:
    case = rehearsed(DECIDES)
    case.taken(KIND, HOUR)
    case.resolved(2 * HOUR, GONE)
    assert case.play().outcome is Outcome.TUTOR_CONTACTED


def test_a_review_to_which_something_was_added_is_not_taken_back() -> None:
    case = rehearsed(DECIDES)
    found = a_finding("found", at=case.begins + HOUR)
    case.at(HOUR, partial(case.story.also_found, found))
    case.resolved(2 * HOUR, GONE)
    assert case.play().outcome is Outcome.TUTOR_CONTACTED


def test_a_tutor_who_leaves_ends_it() -> None:
    case = rehearsed()
    case.leaves(DAY)
    assert case.play().outcome is Outcome.CHURNED


def test_a_review_ended_from_outside_ends_the_case() -> None:
    case = rehearsed()
    case.ended_outside(KIND, DAY)
    assert case.play().outcome is Outcome.WITHDRAWN


@pytest.mark.timeskipping
@pytest.mark.recorded("decided")
async def test_a_review_on_temporal_from_its_opening_to_the_decision(office: Office) -> None:
    case = await office.opened(KIND)
    task = task_of(case)
    assert (task.title, row_of(case).waiting_for) == (
        "Look into what has not got better",
        "People Ops to answer: look into what has not got better",
    )
    done = Complete(command_id="done", actor="7", outcome=Outcome.NO_ACTION_NEEDED, form={"notes": NOTES})
    await office.tell("complete", done, task_id=task.task_id)
    assert (await office.result(case)).outcome is Outcome.NO_ACTION_NEEDED
    assert row_of(case).state == CaseState.CLOSED


@pytest.mark.timeskipping
@pytest.mark.recorded("escalated-by-its-rule")
async def test_the_open_task_of_a_case_is_offered_to_the_other_group_once_and_comes_out_of_its_rest(
    office: Office,
) -> None:
    case = await office.opened(TaskKind.NO_SHOW_CHECK)
    await office.tell("claim", Claim(command_id="mine", actor="7"), task_id=task_of(case).task_id)
    before = task_of(case)
    for _ in range(2):
        await office.said(case, "also_found", lasting(await office.skipper.now()))
    task = task_of(case)
    assert (task.candidate_groups, task.priority) == (["people_ops", "ops_manager"], before.priority + 20)
    assert (task.escalation_level, task.assignee, task.state) == (1, "7", TaskState.CREATED)
    assert story_of(task) == ["opened", "claimed", "escalated"]
    assert words_of(case).count(LASTS) == 1


@pytest.mark.timeskipping
async def test_a_check_that_was_escalated_by_its_own_rule_still_goes_when_the_cause_is_gone(
    office: Office,
) -> None:
    case = await office.opened(TaskKind.NO_SHOW_CHECK)
    at = await office.skipper.now()
    await office.said(case, "also_found", lasting(at))
    await office.said(case, "rule_resolved", RuleResolved(command_id="r", at=at, reason=GONE))
    assert (await office.result(case)).outcome is Outcome.RECOVERED_BY_ITSELF
