"""The page of a case: its steps, letters with the tutor's answers, what was agreed, what became of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from retention.measures.effects import BEHIND
from retention.messages.cases import CaseProgress
from retention.messages.coaching import AgreedAction, AgreedActions
from retention.messages.effects import EffectFigure, MeasureEffect
from retention.messages.letters import LetterWish
from retention.messages.tasks import OpenTask
from retention.records import action_items, answers, cases, claims, effect_figures
from retention.records.claims import Draft
from retention.records.commands import Command
from retention.records.database import transaction
from retention.records.letters import LetterRecord
from retention.vocabulary import (
    CaseState,
    CoachingStep,
    EffectVerdict,
    Letter,
    LetterClass,
    LetterState,
    Outcome,
    Programme,
    TaskKind,
)
from tests.factories.questions import a_question
from tests.web.conftest import HOUR, a_shown_task

NOW = datetime.now(UTC)
MOST_QUERIES = 10


def a_case() -> OpenTask:
    """A coaching case whose offer is open."""
    return a_shown_task(kind=TaskKind.COACHING_OFFER)


def told(task: OpenTask, *steps: CoachingStep, state: CaseState = CaseState.OPEN) -> None:
    """What the case's workflow has reported so far."""
    with transaction() as session:
        for version, step in enumerate(steps, start=1):
            last = version == len(steps)
            ends = {
                "state": state,
                "outcome": Outcome.DECLINED_BY_TUTOR if state is CaseState.CLOSED else None,
            }
            progress = CaseProgress(
                case_id=task.case_id,
                version=version,
                waiting_for="",
                at=NOW,
                step=step,
                **(ends if last else {"state": CaseState.OPEN}),
            )
            cases.record(session, progress)


def a_letter_of(task: OpenTask, *, state: LetterState = LetterState.SENT) -> LetterWish:
    wish = LetterWish(
        key=f"{task.case_id}/coaching_times/1",
        letter=Letter.COACHING_TIMES,
        mail_class=LetterClass.NOTICE,
        case_id=task.case_id,
        tutor_number=task.tutor_number,
        programme=Programme.COACHING,
        question=a_question(now=NOW),
        as_of=NOW,
    )
    with transaction() as session:
        claims.write(session, wish, Draft(LetterState.SENDING, at=NOW, real=NOW), known=None)
        sent_at = NOW if state is LetterState.SENT else None
        session.execute(update(LetterRecord).values(state=state, sent_at=sent_at))
    return wish


def shown(browser: TestClient, task: OpenTask) -> str:
    answer = browser.get(f"/people-ops/cases/{task.case_id}")
    assert answer.status_code == 200
    return answer.text


def stages(page: str) -> list[str]:
    """The state of each stage, in order."""
    line = page.split('<ol class="progress"')[1].split("</ol>", maxsplit=1)[0]
    return [part.split('"')[0] for part in line.split('<li class="')[1:]]


def test_a_case_under_way_shows_what_is_done_now_and_next(ada: TestClient) -> None:
    task = a_case()
    told(task, CoachingStep.RECOMMENDED, CoachingStep.TIMES_OFFERED, CoachingStep.SCHEDULED)
    assert stages(shown(ada, task)) == ["done", "done", "now", "next", "next", "next"]


def test_a_case_that_ended_early_leaves_out_what_it_did_not_come_to(ada: TestClient) -> None:
    task = a_case()
    told(
        task,
        CoachingStep.RECOMMENDED,
        CoachingStep.TIMES_OFFERED,
        CoachingStep.CLOSED,
        state=CaseState.CLOSED,
    )
    assert stages(shown(ada, task)) == ["done", "done", "skipped", "skipped", "skipped", "done"]


def test_a_programme_without_stages_shows_none(ada: TestClient) -> None:
    assert '<ol class="progress"' not in shown(ada, a_shown_task())


@pytest.mark.parametrize(
    ("state", "badge"),
    [(LetterState.SENT, "Sent"), (LetterState.AMBIGUOUS, "Unclear"), (LetterState.FAILED, "Refused")],
)
def test_each_letter_is_there_with_its_state_and_a_way_to_read_it(
    ada: TestClient, state: LetterState, badge: str
) -> None:
    task = a_case()
    wish = a_letter_of(task, state=state)
    page = shown(ada, task)
    assert f'href="/people-ops/outbox/letters/{wish.key}"' in page
    assert f"{badge}</span>" in page
    assert ada.get(f"/people-ops/outbox/letters/{wish.key}").status_code == 200


def test_the_tutors_answer_stands_with_its_letter(ada: TestClient) -> None:
    task = a_case()
    wish = a_letter_of(task)
    with transaction() as session:
        asked = answers.asked(session, wish.key)
        answers.give(session, asked, choice="none_suits", remark="I am away.", at=NOW, received_at=NOW)
        session.execute(update(Command).values(state="applied", answer={"taken": True, "words": ""}))
    page = shown(ada, task)
    assert (
        page.index("Times for a call") < page.index("None of these times suits me") < page.index("I am away.")
    )


def test_what_was_agreed_says_whether_it_is_done_and_confirmed(ada: TestClient) -> None:
    task = a_case()
    done = AgreedAction(words="Start with a plan", confirmed_at=NOW, done_at=NOW)
    kept = AgreedActions(
        case_id=task.case_id,
        tutor_number=task.tutor_number,
        agreed_at=NOW - HOUR,
        actions=[done, AgreedAction(words="Leave breaks")],
    )
    with transaction() as session:
        action_items.record(session, kept)
    page = shown(ada, task)
    assert "Done, seen" in page.split("Start with a plan")[1]
    assert "Open, not confirmed by the tutor" in page.split("Leave breaks")[1]


def looked_at(task: OpenTask, **found: Any) -> None:
    """The look at day 30 has found this."""
    asked = MeasureEffect(
        subject=task.case_id,
        programme=Programme.COACHING,
        tutor_number=task.tutor_number,
        metric="churn_score",
        day=30,
        since=NOW - timedelta(days=30),
        as_of=NOW,
        at=NOW,
    )
    figure = EffectFigure(
        subject=task.case_id,
        day=30,
        metric="churn_score",
        due_at=NOW,
        measured_at=NOW,
        **found,
    )
    with transaction() as session:
        effect_figures.keep(session, asked, figure)


def test_what_became_of_the_tutor_is_told_without_claiming_a_cause(ada: TestClient) -> None:
    task = a_case()
    looked_at(task, before=62, after=41, verdict=EffectVerdict.IMPROVED)
    page = shown(ada, task)
    assert "30 days" in page
    assert "does not prove that the case did it" in page


def test_a_figure_that_could_not_be_measured_says_why(ada: TestClient) -> None:
    task = a_case()
    looked_at(task, before=62, after=None, verdict=EffectVerdict.NOT_MEASURABLE, reason=BEHIND)
    assert BEHIND in shown(ada, task)


def test_a_case_asks_the_database_a_few_times(ada: TestClient, queries: list[str]) -> None:
    task = a_case()
    a_letter_of(task)
    shown(ada, task)
    queries.clear()
    shown(ada, task)
    assert len(queries) <= MOST_QUERIES, queries
