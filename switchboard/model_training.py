"""Ends trainings of models that run no more, so that the next day learns a newer one."""

import logging
from functools import partial

from temporalio.client import Client

from retention.messages.tasks import SYSTEM
from retention.records import audit, model_trainings, world
from retention.records.database import Session
from switchboard.reconciler import ended
from switchboard.relay import in_transaction

log = logging.getLogger("mainstay.switchboard")


async def reconcile(client: Client) -> int:
    """Compare the challengers in hand with what runs; how many trainings were ended. Repeatable.

    `client` speaks to the machinery's namespace. A training that is still being learnt is left alone: its
    start may be on its way, and after a day without a word the next one takes its place.
    """
    found = [(one, await ended(client, one)) for one in await in_transaction(model_trainings.all_in_hand)]
    lost = [(training_id, reason) for training_id, reason in found if reason]
    return await in_transaction(partial(_end, lost=lost)) if lost else 0


def _end(session: Session, *, lost: list[tuple[str, str]]) -> int:
    at = world.the_clock(session).now()
    closed = 0
    for training_id, reason in lost:
        version_id = model_trainings.end_lost(session, training_id, words=reason, actor=SYSTEM, at=at)
        if version_id is not None:
            log.warning("%s was ended: %s", training_id, reason)
            subject = f"model/{version_id}"
            audit.note(session, "model.not_applied", actor=SYSTEM, subject=subject, reason=reason)
            closed += 1
    return closed
