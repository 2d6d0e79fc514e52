"""When a tutor may be written to."""

from temporalio import activity

from retention import mail_hours
from retention.messages.letters import LetterWindow, Window
from retention.records import readers
from retention.records.database import transaction


@activity.defn
def letter_window(request: LetterWindow) -> Window:
    """The next instant of the tutor's waking hours."""
    with transaction() as session:
        zone = readers.tutor(session, request.tutor_number).zone
    return Window(opens_at=mail_hours.opens_at(zone, request.as_of), zone=zone)
