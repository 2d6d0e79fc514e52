"""`python -m activities.mail`: letters leave from here, and from nowhere else."""

import logging

from activities.letters import send_letter
from activities.serving import serve_activities
from retention.emails.sending import the_door
from retention.errors import Refusal
from retention.settings import settings
from retention.temporal.queues import MAIL

ACTIVITIES = (send_letter,)
SLOTS = 4  # letters at a time in each namespace; the connection pool has ten
SHORTEST_SECRET = 32  # characters


def ready() -> str:
    """The name of the door that letters leave by. Raises Refusal when this process could not send any."""
    told = settings()
    if told.environment == "production" and len(told.address_secret.get_secret_value()) < SHORTEST_SECRET:
        raise Refusal("ADDRESS_SECRET is too short.", instead="Set at least 32 random characters.")
    return the_door().name


if __name__ == "__main__":
    logging.getLogger("mainstay.mail").info("Letters leave by: %s.", ready())
    serve_activities(MAIL, ACTIVITIES, slots=SLOTS)
