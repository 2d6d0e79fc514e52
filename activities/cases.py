"""What a case has done for it: its progress written down, and its tutor's next first session found."""

from temporalio import activity

from retention import policy
from retention.messages.cases import CaseProgress, FollowUpFinding, NextFirstSession
from retention.messages.effects import StartEffectReview
from retention.programmes.registry import PROGRAMMES
from retention.records import cases, commands, first_sessions, outcomes, world
from retention.records.database import Session, transaction
from retention.records.outcomes import CaseOutcome
from retention.vocabulary import CaseState, Programme


@activity.defn
def record_case(progress: CaseProgress) -> None:
    """Write down where a case stands. Repeatable: an older version changes nothing."""
    with transaction() as session:
        cases.record(session, progress)
        if progress.state is CaseState.CLOSED:
            _closed(session, progress.case_id)


def _closed(session: Session, case_id: str) -> None:
    """Write the outcome of a case, and have it looked at later; an automated one is, since its exposure."""
    outcome = outcomes.write(session, case_id)
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


@activity.defn
def next_first_session(request: NextFirstSession) -> FollowUpFinding:
    """How the tutor's next first session went, if there was one."""
    with transaction() as session:
        return first_sessions.next_after(session, request)
