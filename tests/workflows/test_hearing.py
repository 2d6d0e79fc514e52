"""What a programme hears through the handlers that all of them share, in the sandbox of real workers."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import WorkflowHandle

from retention.messages.cases import AlsoFound, RuleResolved
from retention.messages.letters import AnswerReceipt, LetterNews, TutorAnswer
from retention.messages.tutors import LeaveEnded, LeaveStarted, TutorLeft
from retention.temporal.queues import CASES
from retention.vocabulary import ChurnReason, MailEvent
from tests.testbed.temporal import TwoNamespaces
from tests.workflows.listeners import ListeningCase
from workflows.registry import worker_of

pytestmark = pytest.mark.devserver
AT = datetime(2026, 11, 20, 16, tzinfo=UTC)
LATER = AT + timedelta(days=3)
GONE = TutorLeft(command_id="gone", at=LATER, reason=ChurnReason.RESIGNATION)
Case = WorkflowHandle[ListeningCase, list[str]]


async def a_case(temporal: TwoNamespaces) -> Case:
    return await temporal.cases.start_workflow(ListeningCase.run, "a", id="listening", task_queue=CASES)


def an_answer(command_id: str, choice: str) -> TutorAnswer:
    return TutorAnswer(command_id=command_id, letter_key="k", step="times_1", choice=choice, at=AT)


async def answered(case: Case, command_id: str, choice: str, *, delivery: str = "") -> AnswerReceipt:
    said = an_answer(command_id, choice)
    return await case.execute_update(ListeningCase.answer, said, id=f"{command_id}{delivery}")


async def test_a_story_hears_each_message_once_however_often_it_comes(temporal: TwoNamespaces) -> None:
    async with worker_of(temporal.cases, CASES, [ListeningCase]):
        case = await a_case(temporal)
        for _ in range(2):
            await case.signal("rule_resolved", RuleResolved(command_id="1", at=AT, reason="better"))
            await case.signal("also_found", AlsoFound(command_id="2", at=AT, rule_id="R1", reason="worse"))
            await case.signal("leave_started", LeaveStarted(command_id="3", at=AT))
            await case.signal("leave_ended", LeaveEnded(command_id="4", at=AT, clocks_resume_at=LATER))
            news = LetterNews(command_id="5", letter_key="k", event=MailEvent.BOUNCE, at=AT)
            await case.signal("letter_news", news)
        await case.signal("tutor_left", GONE)
        assert await case.result() == [
            "better",
            "worse",
            "away 20",
            "back 20, 23",
            "bounce",
            "resignation",
        ]


async def test_an_answer_that_comes_again_has_its_receipt_again(temporal: TwoNamespaces) -> None:
    async with worker_of(temporal.cases, CASES, [ListeningCase]):
        case = await a_case(temporal)
        first = await answered(case, "a", "slot_1")
        assert first == AnswerReceipt(taken=True, words="Answer 1")
        assert await answered(case, "a", "slot_1") == first
        assert await answered(case, "a", "slot_1", delivery="-again") == first  # under another update id
        assert await answered(case, "b", "slot_2") == AnswerReceipt(taken=False, words="Answer 2")
        await case.signal("tutor_left", GONE)
        assert await case.result() == ["slot_1", "slot_2", "resignation"]
