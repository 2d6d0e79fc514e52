"""`python -m activities.mail`: letters leave from here, and from nowhere else."""

import logging

from activities.letters import send_letter
from activities.serving import serve_activities
from retention.emails.sending import the_door
from retention.errors import NotSetUp
from retention.settings import settings
from retention.temporal.queues import MAIL

ACTIVITIES = (send_letter,)
SLOTS = 4  # letters at a time in each namespace; the connection pool has ten
SHORTEST_SECRET = 32  # characters


def ready() -> str:
    """The name of the door that letters leave by. Raises NotSetUp when this process could not send any."""
    told = settings()
    secrets = {"ADDRESS_SECRET": told.address_secret, "SESSION_SECRET": told.session_secret}
    for name, secret in secrets.items():  # the second signs the links in letters
        if told.environment == "production" and len(secret.get_secret_value()) < SHORTEST_SECRET:
            raise NotSetUp(f"{name} is too short.", instead="Set at least 32 random characters.")
    return the_door().name


if __name__ == "__main__":
    logging.getLogger("mainstay.mail").info("Letters leave by: %s.", ready())
    serve_activities(MAIL, ACTIVITIES, slots=SLOTS)
