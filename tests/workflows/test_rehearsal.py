"""The stage on which stories are rehearsed: its clock, its order, and that its tasks obey the real rules."""

from datetime import timedelta

import pytest

from activities import deadlines
from retention.messages.cases import CaseResult, RuleResolved, StartCase
from retention.messages.tasks import Claim, Complete, PlanRequest, TaskPlan
from retention.vocabulary import Outcome, TaskKind, TaskState
from tests.factories.cases import a_start
from tests.factories.tasks import NOTES, OPENED
from workflows import task_acts
from workflows.casework import Casework, never
from workflows.rehearsal import NothingHappens, RehearsedTask, Stage
from workflows.task_answers import NotNow

HOUR = timedelta(hours=1)


def planned(request: PlanRequest) -> TaskPlan:
    return deadlines.plan(request)


def a_stage(on_task=lambda _task: None) -> Stage:  # type: ignore[no-untyped-def]
    return Stage(OPENED, {"plan_task": planned, "record_case": lambda _progress: None}, on_task=on_task)


def work_on(stage: Stage) -> Casework[StartCase]:
    return Casework(a_start(kind=TaskKind.INACTIVITY_CHECK), stage)


async def asks_a_person(work: Casework[StartCase]) -> CaseResult:
    result = await work.ended(await work.open_task())
    return await work.close(Outcome(str(result.outcome)), late=result.late)


def answered_after(length: timedelta) -> Stage:
    def act(task: RehearsedTask) -> None:
        done = Complete(command_id="d", actor="7", outcome=Outcome.TUTOR_CONTACTED, form={"notes": NOTES})
        complete = lambda: task.act(task_acts.complete, done, form_key=task.task.form_key)  # noqa: E731
        stage.at(stage.now() + length, complete)

    stage = a_stage(act)
    return stage


def test_a_story_is_told_to_its_end_without_waiting() -> None:
    stage = answered_after(timedelta(days=2))
    result = stage.play(asks_a_person(work_on(stage)))
    assert result.outcome is Outcome.TUTOR_CONTACTED
    assert stage.now() == OPENED + timedelta(days=2)
    assert [name for _, name, _ in stage.done] == ["plan_task", "record_case", "record_case"]


def test_a_task_on_the_stage_climbs_its_real_ladder() -> None:
    stage = answered_after(timedelta(days=30))
    assert stage.play(asks_a_person(work_on(stage))).late
    assert stage.tasks[0].memory.escalation_level == 1


def test_a_form_that_lacks_something_is_refused_on_the_stage_too() -> None:
    def act(task: RehearsedTask) -> None:
        done = Complete(command_id="d", actor="7", outcome=Outcome.TUTOR_CONTACTED, form={})
        stage.at(stage.now(), lambda: task.act(task_acts.complete, done, form_key=task.task.form_key))

    stage = a_stage(act)
    with pytest.raises(NotNow, match="notes"):
        stage.play(asks_a_person(work_on(stage)))


def test_a_story_that_nobody_helps_along_says_so() -> None:
    stage = a_stage()
    with pytest.raises(NothingHappens, match="nobody comes"):
        stage.play(asks_a_person(work_on(stage)))


async def waits_for_news(work: Casework[StartCase], news: list[str]) -> bool:
    return await work.wait_until(lambda: bool(news), work.now() + HOUR, "Waiting for news")


@pytest.mark.parametrize(("at", "heard"), [(HOUR, True), (HOUR + timedelta(seconds=1), False)])
def test_who_acts_in_the_instant_of_a_deadline_was_first(at: timedelta, heard: bool) -> None:
    stage, news = a_stage(), []
    stage.at(OPENED + at, lambda: news.append("here"))
    assert stage.play(waits_for_news(work_on(stage), news)) is heard
    assert stage.now() == OPENED + HOUR


async def withdraws(work: Casework[StartCase]) -> TaskState:
    task = await work.open_task()
    await work.wait_until(never, work.now() + HOUR, "Waiting")
    await work.withdraw(task, "Mended.", unless_taken=True)
    return task.running.memory.state  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(("taken", "state"), [(True, TaskState.CREATED), (False, TaskState.CANCELED)])
def test_work_that_was_begun_is_not_taken_back(taken: bool, state: TaskState) -> None:
    def act(task: RehearsedTask) -> None:
        if taken:
            stage.at(stage.now(), lambda: task.act(task_acts.claim, Claim(command_id="c", actor="7")))

    stage = a_stage(act)
    assert stage.play(withdraws(work_on(stage))) is state


async def closes_after_an_hour(work: Casework[StartCase]) -> CaseResult:
    await work.wait(HOUR, "An hour")
    return await work.close(Outcome.NOT_NEEDED)


def test_what_is_heard_along_the_way_is_finished_before_the_end() -> None:
    stage = a_stage()
    work = work_on(stage)
    gone = RuleResolved(command_id="r", at=OPENED, reason="The tutor has taught again.")
    stage.at(OPENED + timedelta(minutes=5), lambda: work.remark(gone.reason))
    stage.play(closes_after_an_hour(work))
    notes = [progress.note for _, name, progress in stage.done if name == "record_case"]
    assert notes == [gone.reason, ""]
