"""What a coaching tip has asked and done for it besides its letter."""

from temporalio import activity

from retention import mail_hours
from retention.messages.tips import PortalNote, TipQuestion, TipStanding
from retention.records import portal_notes, tip_standings
from retention.records.database import transaction
from retention.vocabulary import TutorStatus


@activity.defn
def tip_standing(question: TipQuestion) -> TipStanding:
    """Whether and when a tutor may be sent a tip, as things stand now."""
    at = question.as_of
    with transaction() as session:
        known = tip_standings.standing(session, question.tutor_number, question.programme, at=at)
    return TipStanding(
        opens_at=mail_hours.opens_at(known.time_zone, at),
        on_leave=known.status == TutorStatus.ON_LEAVE,
        left=known.status == TutorStatus.CHURNED,
        veto=f"A manager wants no tips for this tutor: {known.veto}" if known.veto else "",
    )


@activity.defn
def show_in_portal(note: PortalNote) -> None:
    """Leave a tip for the platform to show. Repeatable: one a case."""
    with transaction() as session:
        portal_notes.leave(session, note)
