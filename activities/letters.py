"""Letters for cases: sent once, for as long as the provider takes to answer."""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.posting import Attempt, NotYet, deliver
from retention.emails.sending import the_door
from retention.messages.letters import LetterSent, LetterWish


@activity.defn
def send_letter(wish: LetterWish) -> LetterSent:
    """Compose and send a letter. Repeatable: the same key is one letter, whatever becomes of this process.

    Instants are the server's, so that an hour without a worker is known of, and a skipped one passes.
    """
    told = activity.info()
    try:
        return deliver(Attempt(wish, wished=told.scheduled_time, real=told.started_time), the_door())
    except NotYet as wait:
        raise ApplicationError(wait.why, type="not_yet", next_retry_delay=wait.after) from wait
