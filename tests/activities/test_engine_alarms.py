"""The engine is wrong, or has not come back: what was decided is right, and somebody hears of it."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from temporalio.testing import ActivityEnvironment

from activities import churn, judgement, measurement
from activities.court import COURTROOM, Court
from api import metrics
from local import doctor
from local.world import World
from retention.errors import Refusal
from retention.messages.evaluation import Step, StepReport
from retention.records import database, engine_alarms
from retention.records.database import Session
from retention.records.decisions import Decision
from retention.records.engine_alarms import EngineAlarm
from rules.conditions import ConditionKey, Part
from rules.fields import Sheet
from tests.factories import platform, wire

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Silent:
    """An engine that finds nothing."""

    name = "durable"

    def matches(self, sheet: Sheet) -> frozenset[ConditionKey]:
        return frozenset()


class Liar(Silent):
    """An engine that finds two rules where there is nothing."""

    def matches(self, sheet: Sheet) -> frozenset[ConditionKey]:
        return frozenset({("R1.first-session", Part.WHEN), ("ALERT.no-shows", Part.WHEN)})


def believing_in(engine: Silent, monkeypatch: pytest.MonkeyPatch) -> None:
    def fooled(session: Session, *, at: datetime) -> Court:
        return replace(sitting(session, at=at), durable=engine)  # type: ignore[arg-type] # it only matches

    sitting = COURTROOM.court
    monkeypatch.setattr(COURTROOM, "court", fooled)


def a_batch(tutors: int = 1, *, rating: int = 2, at: datetime = NOON) -> Step:
    """Tutors whose first session was rated so, measured and scored."""
    with database.transaction() as session:
        for _ in range(tutors):
            begun, known = NOON - timedelta(days=90), NOON - timedelta(days=1)
            _, tutor_id = platform.a_tutor(session, at=begun, now=known)
            taught, said = wire.a_poor_first_session(tutor_id, start=at - 3 * HOUR)
            kind = {"overall_rating": rating, "first_experience": "good", "would_work_again": "yes"}
            platform.known(session, [taught, said | (kind if rating > 2 else {})], now=at)
        batch = platform.claimed(session, as_of=at)
    step = Step(batch_id=batch.batch_id, as_of=at)
    measurement.measure(step)
    churn.score(step)
    return step


def judged(step: Step, *, attempt: int = 1) -> StepReport:
    """The batch is judged as the worker does it, at the how manieth attempt."""
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, attempt=attempt)
    report: StepReport = environment.run(judgement.judge, step)
    return report


def raised() -> list[EngineAlarm]:
    with database.transaction() as session:
        return list(session.scalars(select(EngineAlarm).order_by(EngineAlarm.id)))


def engines() -> set[str]:
    with database.transaction() as session:
        return set(session.scalars(select(Decision.engine)))


def test_without_trouble_there_is_no_alarm(data: str) -> None:
    assert judged(a_batch()).fired == 1
    assert (raised(), engines()) == ([], {"durable"})


def test_a_false_firing_is_not_believed_and_counted_once_for_each_condition(
    data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    believing_in(Liar(), monkeypatch)
    step = a_batch(3, rating=5)
    assert judged(step).fired == 0
    (alarm,) = raised()  # nobody looked at ALERT.no-shows at the moment of a session
    assert (alarm.kind, alarm.rule_id, alarm.part) == ("disagreement", "R1.first-session", "when")
    assert alarm.says == (
        "R1.first-session, when: the engine said yes, the reference no, which was believed."
    )
    assert alarm.count >= 3


def test_the_same_trouble_of_a_day_is_one_alarm_that_counts_on(
    data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    believing_in(Liar(), monkeypatch)
    judged(a_batch(rating=5))
    (before,) = raised()
    judged(a_batch(rating=5, at=NOON + HOUR))
    (after,) = raised()
    assert (after.count, after.first_at) == (2 * before.count, before.first_at)
    assert after.last_at > before.last_at


def test_a_second_attempt_is_judged_by_the_reference_alone(
    data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    believing_in(Liar(), monkeypatch)
    step = a_batch()
    assert judged(step, attempt=2).fired == 1
    (alarm,) = raised()
    assert (alarm.kind, alarm.details) == ("retried", {"batch_id": step.batch_id, "attempt": 2})
    assert engines() == {"python"}


def test_a_second_attempt_at_what_is_done_decides_and_raises_nothing(data: str) -> None:
    step = a_batch()
    assert judged(step).fired == 1
    assert judged(step, attempt=2) == StepReport()
    assert raised() == []


def test_alarms_are_figures_for_prometheus(data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    believing_in(Liar(), monkeypatch)
    judged(a_batch(rating=5))
    told = bytes(metrics.figures().body).decode()
    (alarm,) = raised()
    assert f'mainstay_engine_alarms{{kind="disagreement"}} {float(alarm.count)}' in told
    assert 'mainstay_engine_alarms{kind="retried"} 0.0' in told


def test_the_doctor_tells_of_alarms_of_today_and_yesterday(data: str) -> None:
    assert doctor.QUESTIONS["engine"](World()) == "judged without alarm since yesterday"
    now = datetime.now(UTC)
    alarm = {"kind": "disagreement", "rule_id": "", "part": "", "count": 2, "says": "Twice.", "details": {}}
    with database.transaction() as session:
        engine_alarms.raise_(session, [alarm], at=now - timedelta(days=2))
    assert doctor.QUESTIONS["engine"](World()) == "judged without alarm since yesterday"
    with database.transaction() as session:
        engine_alarms.raise_(session, [alarm], at=now)
    with pytest.raises(Refusal, match=r"2 alarms since yesterday\. Twice\."):
        doctor.QUESTIONS["engine"](World())


def child(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_c_code_that_hangs_with_every_thread_ends_its_process() -> None:
    ended = child("""
import ctypes
from datetime import timedelta
from activities.watchdog import not_longer_than
with not_longer_than(timedelta(seconds=0.2)):
    ctypes.PyDLL(None).sleep(600)  # holds the interpreter, as a loop in the engine does
print("went on")
""")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "Timeout" in ended.stderr


def test_what_ends_in_time_is_left_alone() -> None:
    ended = child("""
import time
from datetime import timedelta
from activities.watchdog import not_longer_than
with not_longer_than(timedelta(seconds=0.2)):
    pass
time.sleep(0.4)
print("went on")
""")
    assert (ended.returncode, ended.stdout.strip()) == (0, "went on")
