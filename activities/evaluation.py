"""What the evaluation is given to work on: periods that are over, and tutors with something new."""

from temporalio import activity

from activities import drawing
from activities.alert_mail import digests_of
from retention.messages.evaluation import AsOf, Batch, Marked
from retention.policy import BATCH_TUTORS
from retention.records import batches, commands, first_session_hours, model_days, watermarks
from retention.records.database import transaction
from retention.vocabulary import Cadence


@activity.defn
def mark_periods(request: AsOf) -> Marked:
    """Mark everybody for the next periods that are over, and have the letters written whose hour it is.

    Repeatable: a period is marked once.

    Marks that an earlier period left come first: their step may have been cut off before it could report.
    """
    with transaction() as session:
        watermarks.begin(session, request.as_of)
        left = watermarks.undrained(session)
        if left is not None:
            return Marked(as_of=left, unfinished=True)
        periods = watermarks.next_periods(session, request.as_of)
        if not periods:
            return Marked(as_of=request.as_of)
        tutors = watermarks.mark_periods(session, periods)
        commands.put(session, digests_of(session, periods))
        if any(period.cadence is Cadence.DAILY for period in periods):
            model_days.begin(session, at=periods[0].end)
        if any(period.cadence is Cadence.HOURLY for period in periods):
            first_session_hours.begin(session, at=periods[0].end)
        return Marked(periods=periods, tutors=tutors, as_of=periods[0].end)


@activity.defn
def claim(request: AsOf) -> Batch:
    """Take on the next tutors with something new. Repeatable: an unfinished batch comes again.

    When none is left, those who wait for a place are drawn, and come back as the next batch.
    """
    with transaction() as session:
        batch = batches.claim_batch(session, request.as_of, limit=BATCH_TUTORS)
        if batch.tutors == 0 and drawing.hold(session, request.as_of):
            return batches.claim_batch(session, request.as_of, limit=BATCH_TUTORS)
        return batch
