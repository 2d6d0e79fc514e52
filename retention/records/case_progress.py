"""A case moves on: its row, its story, and with its close its outcome and what is looked at later."""

from retention import policy
from retention.messages.cases import CaseProgress
from retention.messages.effects import StartEffectReview
from retention.programmes.registry import PROGRAMMES
from retention.records import cases, commands, outcomes, world
from retention.records.database import Session
from retention.records.outcomes import CaseOutcome
from retention.vocabulary import CaseState, Programme


def follow(session: Session, progress: CaseProgress) -> None:
    """Write down where a case stands, whoever says so. Repeatable: an older version changes nothing.

    A close writes one outcome, and has its effect looked at after 30, 60 and 90 days; that of an automated
    programme is looked at since its exposure. Raises LookupError for a case that nothing has opened.
    """
    cases.record(session, progress)
    outcome = outcomes.write(session, progress.case_id) if progress.state is CaseState.CLOSED else None
    if outcome is not None and PROGRAMMES[Programme(outcome.programme)].needs_people:
        commands.put(session, [commands.effect_review_of(_review(session, outcome))])


def _review(session: Session, outcome: CaseOutcome) -> StartEffectReview:
    return StartEffectReview(
        subject=outcome.case_id,
        programme=Programme(outcome.programme),
        tutor_number=outcome.tutor_number,
        since=outcome.opened_at,
        anchor=outcome.closed_at,
        days=policy.EFFECT_DAYS,
        clock=world.the_clock(session),
    )
