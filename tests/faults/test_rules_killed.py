"""The rules worker is killed in mid-evaluation: every decision is taken, and none twice."""

import signal
import subprocess
import sys
from collections import Counter

import pytest
from sqlalchemy import func, select

from retention.records import database
from retention.records.cases import Case
from retention.records.commands import Command
from retention.records.decisions import Decision
from retention.records.engine_alarms import EngineAlarm
from retention.records.fact_sheets import FactSheet
from retention.records.rulebook import RuleState
from retention.records.tasks import Task
from tests.activities.test_engine_alarms import a_batch, engines, judged, raised
from tests.faults.judging_child import HALFWAY, KEPT, WRITTEN
from tests.journeys.scenes import a_poor_first_session
from tests.testbed.town import Town
from tests.testbed.waiting import eventually

TUTORS = 12
REVIEW = "R1.first-session"
QUESTIONS = 9  # of the engine: in the middle of the second or third tutor at the earliest


@pytest.mark.parametrize(("place", "engine"), [(HALFWAY, "python"), (WRITTEN, "python"), (KEPT, "durable")])
def test_a_batch_that_was_killed_is_decided_once(data: str, place: str, engine: str) -> None:
    judged(a_batch(TUTORS))
    undisturbed = kept()
    step = a_batch(TUTORS)
    died = [sys.executable, "-m", "tests.faults.judging_child", step.batch_id, step.as_of.isoformat(), place]
    assert subprocess.run(died, check=False).returncode == -signal.SIGKILL
    assert kept() == ([2 * rows for rows in undisturbed] if place == KEPT else undisturbed)
    judged(step, attempt=2)
    assert kept() == [2 * rows for rows in undisturbed]
    assert engines() == {"durable", engine}
    assert [alarm.kind for alarm in raised()] == ([] if place == KEPT else ["retried"])


def kept() -> list[int]:
    """How many rows there are of all that a judgement writes."""
    tables = (Decision, Case, Command, FactSheet, RuleState)
    with database.transaction() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


@pytest.mark.devserver
async def test_the_worker_dies_in_mid_evaluation_and_every_tutor_has_one_case(town: Town) -> None:
    town.kill("activities.rules")
    scenes = [await a_poor_first_session(town) for _ in range(TUTORS)]
    sessions = [scene.session_id for scene in scenes]
    town.run("dying", "tests.faults.rules_child", str(QUESTIONS))
    await eventually(lambda: town.running["dying"].poll() is not None, within=60)
    assert town.running.pop("dying").returncode == -signal.SIGKILL
    town.start("activities.rules")
    await eventually(lambda: len(_tasks(town, sessions)) >= TUTORS, within=90)
    with town.records() as records:
        wanted = select(Decision.rule_id, Decision.session_id).where(Decision.session_id.in_(sessions))
        taken = Counter((rule, one) for rule, one in records.execute(wanted).all())
        assert set(taken.values()) == {1}
        assert {session for rule, session in taken if rule == REVIEW} == set(sessions)
        alarms = select(func.sum(EngineAlarm.count)).where(EngineAlarm.kind == "retried")
        assert (records.scalar(alarms) or 0) >= 1
    assert Counter(_tasks(town, sessions)) == dict.fromkeys(sessions, 1)


def _tasks(town: Town, sessions: list[str]) -> list[str]:
    """The sessions that have brought a task, one for each task."""
    wanted = select(Case.session_id).join(Task, Task.case_id == Case.case_id)
    with town.records() as records:
        return [str(one) for one in records.scalars(wanted.where(Case.session_id.in_(sessions)))]
