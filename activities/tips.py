"""What a coaching tip has asked and done for it besides its letter."""

from datetime import datetime

from temporalio import activity

from retention import mail_hours, policy
from retention.messages.tips import PortalNote, TipQuestion, TipStanding
from retention.records import portal_notes, tip_standings
from retention.records.database import transaction
from retention.vocabulary import TutorStatus


@activity.defn
def tip_standing(question: TipQuestion) -> TipStanding:
    """Whether and when a tutor may be sent a tip, as things stand now."""
    at = question.as_of
    with transaction() as session:
        known = tip_standings.standing(session, question)
    return TipStanding(
        opens_at=mail_hours.opens_at(known.time_zone, at),
        on_leave=known.status == TutorStatus.ON_LEAVE,
        left=known.status == TutorStatus.CHURNED,
        had_lately=_had(known.had_at),
        veto=f"A manager wants no tips for this tutor: {known.veto}" if known.veto else "",
    )


def _had(at: datetime | None) -> str:
    """The firings are sixty days apart; the letters may be nearer, when one has waited for a leave to end."""
    days = policy.TIP_AGAIN_AFTER.days
    return f"The tutor was sent the same guide on {at:%-d %B}, within {days} days." if at else ""


@activity.defn
def show_in_portal(note: PortalNote) -> None:
    """Leave a tip for the platform to show. Repeatable: one a case."""
    with transaction() as session:
        portal_notes.leave(session, note)
