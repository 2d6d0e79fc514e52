"""What coaching calls leave on record: agreed actions, and offers declined again and again."""

from datetime import datetime, timedelta

import pytest

from retention.messages.cases import StartCase
from retention.messages.coaching import AgreedAction, AgreedActions, Declines, OfferDeclined
from retention.messages.tasks import TaskSnapshot
from retention.records import action_items, tasks
from retention.records.coaching_offers import declines_in_a_row
from retention.records.database import Session
from retention.vocabulary import TaskAct, TaskKind, TaskState
from tests.factories.cases import an_opened_case
from tests.factories.tasks import OPENED, a_memory, a_task
from workflows import task_acts

DAY = timedelta(days=1)
RULE = "H1.coaching"


def a_case(session: Session, *, at: datetime = OPENED) -> StartCase:
    return an_opened_case(session, at=at, kind=TaskKind.COACHING_OFFER)


def agreed(case: StartCase, *actions: AgreedAction) -> AgreedActions:
    return AgreedActions(
        case_id=case.case_id, tutor_number=case.tutor_number, agreed_at=OPENED, actions=list(actions)
    )


def test_what_is_not_done_is_there_again_before_the_next_call(session: Session) -> None:
    case = a_case(session)
    plan, goal = AgreedAction(words="Begin with a plan"), AgreedAction(words="Ask for a goal")
    action_items.record(session, agreed(case, plan, goal))
    done = plan.model_copy(update={"done_at": OPENED + DAY})
    for _ in range(2):  # an activity may come twice
        action_items.record(session, agreed(case, done, goal))
    assert [item.words for item in action_items.of_case(session, case.case_id)] == [plan.words, goal.words]
    assert [item.words for item in action_items.open_items(session, case.tutor_number)] == [goal.words]


def test_another_tutors_actions_are_not_mixed_in(session: Session) -> None:
    ada, ben = a_case(session), a_case(session)
    action_items.record(session, agreed(ada, AgreedAction(words="Begin with a plan")))
    assert action_items.open_items(session, ben.tutor_number) == []


def answered(session: Session, outcome: str, *, day: int, account: str = "7") -> str:
    """A manager has answered an offer of coaching; the case's id."""
    case = a_case(session, at=OPENED + day * DAY)
    task = a_task(
        case_id=case.case_id, tutor_number=case.tutor_number, kind=TaskKind.COACHING_OFFER, form_key="f"
    )
    memory = a_memory(
        state=TaskState.COMPLETED,
        outcome=outcome,
        form={"reason": f"Reason {day}"},
        completed_by=account,
        completed_at=OPENED + day * DAY,
    )
    given = task.model_dump(include=set(TaskSnapshot.model_fields) - {"state"})
    event = task_acts.opened(task).last
    assert event is not None
    assert event.act is TaskAct.OPENED
    tasks.project(session, TaskSnapshot(**given, state=memory, event=event))
    return case.case_id


def declines(session: Session, account: str = "7", rule_id: str = RULE) -> Declines:
    return declines_in_a_row(session, OfferDeclined(rule_id=rule_id, account=account))


@pytest.mark.parametrize("between", ["accepted", "not_needed"])
def test_only_declines_since_the_last_other_answer_count(session: Session, between: str) -> None:
    answered(session, "declined", day=1)
    answered(session, between, day=2)
    first = answered(session, "declined", day=3)
    answered(session, "declined", day=4)
    found = declines(session)
    assert (found.count, found.since_case, found.reasons) == (2, first, ["Reason 3", "Reason 4"])


def test_another_manager_or_another_rule_begins_its_own_count(session: Session) -> None:
    answered(session, "declined", day=1)
    assert declines(session).count == 1
    assert declines(session, account="8").count == 0
    assert declines(session, rule_id="H9.other").count == 0
