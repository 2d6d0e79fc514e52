"""Exposures and closed cases with what became of their tutors."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from retention.measures.periods import begun_by
from retention.messages.cases import CaseProgress
from retention.messages.effects import EffectFigure, MeasureEffect
from retention.records import cases, effect_figures, exposures, outcomes
from retention.records.cases import Case
from retention.records.database import Session
from retention.records.world import Watermark
from retention.vocabulary import Arm, Cadence, CaseState, EffectVerdict, Outcome, Programme, TaskKind
from tests.factories.cases import an_opened_case
from tests.factories.tips import METRIC, an_opened_tip


def a_look(subject: str, *, tutor: int, at: datetime, day: int, programme: Programme) -> MeasureEffect:
    """A look at a subject, so many days after an instant."""
    due_at = at + timedelta(days=day)
    return MeasureEffect(
        subject=subject,
        programme=programme,
        tutor_number=tutor,
        metric=METRIC,
        day=day,
        since=at,
        as_of=due_at,
        at=due_at,
    )


def a_figure(session: Session, look: MeasureEffect, verdict: EffectVerdict) -> None:
    """What a look has found."""
    same = look.model_dump(include={"subject", "day", "metric"})
    figure = EffectFigure(
        **same, due_at=look.as_of, measured_at=look.at, before=50.0, after=70.0, verdict=verdict
    )
    effect_figures.keep(session, look, figure)


def evaluated(session: Session, until: datetime) -> None:
    """Every UTC day up to this one's beginning is worked off."""
    row = {"cadence": Cadence.DAILY, "done_until": begun_by(Cadence.DAILY, until)}
    told = insert(Watermark).values(row)
    session.execute(told.on_conflict_do_update(index_elements=["cadence"], set_=row))


def an_exposure(
    session: Session, arm: Arm, verdict: EffectVerdict | None, *, at: datetime, tutor: int | None = None
) -> int:
    """A tutor would get a tip, and gets it or not; what became of them by day 14, if anything is known."""
    tip = an_opened_tip(session, at=at)
    number = tutor or tip.tutor_number
    treated = arm is Arm.TREATED
    row = {
        "decision_id": tip.decision_id,
        "programme": Programme.COACHING_TIP,
        "rule_id": tip.rule_id,
        "tutor_number": number,
        "arm": arm,
        "share": 0.1,
        "at": at,
        "case_id": tip.case_id if treated else None,
    }
    exposures.store(session, [row])
    if not treated:  # whoever is left without it has no case
        session.execute(delete(Case).where(Case.case_id == tip.case_id))
    if verdict is not None:
        subject = tip.case_id if treated else f"holdout/{tip.decision_id}"
        look = a_look(subject, tutor=number, at=at, day=14, programme=Programme.COACHING_TIP)
        a_figure(session, look, verdict)
    return number


def a_closed_case(
    session: Session, outcome: Outcome, *, at: datetime, verdict: EffectVerdict | None = None
) -> str:
    """A check that was closed at once, and what became of its tutor by day 30, if anything is known."""
    case = an_opened_case(session, at=at, kind=TaskKind.NO_SHOW_CHECK)
    closed = CaseProgress(
        case_id=case.case_id, version=9, state=CaseState.CLOSED, waiting_for="", at=at, outcome=outcome
    )
    cases.record(session, closed)
    outcomes.write(session, case.case_id)
    if verdict is not None:
        programme, tutor = Programme.ALERT_CHECK, case.tutor_number
        a_figure(session, a_look(case.case_id, tutor=tutor, at=at, day=30, programme=programme), verdict)
    return case.case_id
