"""Cases as a decision leaves them: tutor, book, facts, decision and case row, and the workflow's input."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import delete

from retention.clock import real_time
from retention.messages.cases import AlsoFound, StartCase
from retention.policy import TASK_POLICIES
from retention.programmes.registry import PROGRAMMES
from retention.records.cases import Case
from retention.records.database import Session
from retention.records.decisions import Decision
from retention.records.dirty_days import DirtyDay
from retention.records.fact_sheets import FactSheet
from retention.records.moments import Moment
from retention.records.rulebook import RulebookVersion
from retention.vocabulary import OwnerGroup, Programme, RiskBand, TaskKind
from tests.factories import platform
from tests.factories.tasks import OPENED

PROGRAMME_OF = {kind: programme for programme, entry in PROGRAMMES.items() for kind in entry.tasks}
FROM_RULE = {  # what a rule says of the task: its deadline policy, and the rule
    TaskKind.FIRST_SESSION_REVIEW: ("first_session_review", "R1"),
    TaskKind.INACTIVITY_CHECK: ("alert_high", "ALERT.inactivity"),
    TaskKind.NO_SHOW_CHECK: ("alert_medium", "ALERT.no-shows"),
}
RULES = {Programme.COACHING: "H1.coaching"}  # where a test reads it; else any will do
REASON = "The student called the first session poor."
ADDED = "Also found in session s-2: A first session went badly."  # what a_finding reads as


def an_opened_case(
    session: Session, *, at: datetime, kind: TaskKind = TaskKind.FIRST_SESSION_REVIEW
) -> StartCase:
    """The rows that a decision writes, and what it tells the case's workflow."""
    programme, policy, rule_id = _asked(kind)
    tutor_number, _ = platform.a_tutor(session, at=at)
    worked_off(session, tutor_number)
    episode = uuid4().hex[:12]
    decision = a_decision(session, tutor_number, rule_id=rule_id, at=at)
    start = PROGRAMMES[programme].start(
        case_id=f"{programme}/{tutor_number}/{episode}",
        programme=programme,
        tutor_number=tutor_number,
        episode=episode,
        decision_id=decision.id,
        rule_id=rule_id,
        rulebook_version=decision.rulebook_version,
        opened_at=at,
        task_kind=kind,
        owner_group=OwnerGroup.OPS_MANAGER if programme is Programme.COACHING else OwnerGroup.PEOPLE_OPS,
        priority=60,
        task_policy=policy,
        churn_score=62,
        risk_band=RiskBand.HIGH,
        reason=REASON,
        clock=real_time(),
    )
    _a_row(session, start)
    return start


def worked_off(session: Session, tutor_number: int) -> None:
    """The batch that has decided is finished, and has let the tutor go."""
    for table in (DirtyDay, Moment):
        session.execute(delete(table).where(table.tutor_number == tutor_number))


def a_start(kind: TaskKind = TaskKind.FIRST_SESSION_REVIEW, *, tutor_number: int = 10_023) -> StartCase:
    """What a case's workflow is told, of a case that no record knows of."""
    programme, policy, rule_id = _asked(kind)
    return StartCase(
        case_id=f"{programme}/{tutor_number}/1",
        programme=programme,
        tutor_number=tutor_number,
        episode="1",
        decision_id=1,
        rule_id=rule_id,
        rulebook_version=1,
        opened_at=OPENED,
        task_kind=kind,
        owner_group=OwnerGroup.PEOPLE_OPS,
        priority=60,
        task_policy=policy,
        reason=REASON,
        clock=real_time(),
    )


def a_finding(command_id: str, *, at: datetime) -> AlsoFound:
    """What a case is told when a poor first session is folded into it."""
    return AlsoFound(
        command_id=command_id, at=at, rule_id="R1", reason="A first session went badly.", session_id="s-2"
    )


def _asked(kind: TaskKind) -> tuple[Programme, str, str]:
    """The programme that opens such a task, and the policy and the rule that its case began with."""
    programme = PROGRAMME_OF[kind]
    own = str(kind) if kind in TASK_POLICIES else ""  # as of a story that names its policies itself
    policy, rule_id = FROM_RULE.get(kind, (own, RULES.get(programme, f"{programme}.rule")))
    return programme, policy, rule_id


def a_decision(session: Session, tutor_number: int, *, rule_id: str, at: datetime, **more: Any) -> Decision:
    """A firing on record, with the book and the facts behind it."""
    book = RulebookVersion(
        digest=uuid4().hex, files={}, author="mainstay", created_at=at, note="", status="retired"
    )
    facts = FactSheet(
        tutor_number=tutor_number,
        as_of=at,
        trigger="feedback_received",
        facts={"rating": 2},
        digest=uuid4().bytes,
    )
    session.add_all([book, facts])
    session.flush()
    decision = Decision(
        key=uuid4().hex,
        tutor_number=tutor_number,
        rule_id=rule_id,
        rulebook_version=book.version,
        verdict="fire",
        episode="1",
        fact_sheet_id=facts.id,
        engine="durable",
        as_of=at,
        **{"explanation": [], **more},
    )
    session.add(decision)
    session.flush()
    return decision


def _a_row(session: Session, start: StartCase) -> None:
    told = start.model_dump(include=set(Case.__table__.columns.keys()))
    session.add(Case(**told))
    session.flush()
