"""From a kept command to its outcome: at once where possible, never longer than a second."""

import time
from uuid import UUID

from retention.records import commands
from retention.records.database import transaction
from retention.vocabulary import CommandState

AT_MOST = 0.8  # seconds; with the rest of the request a person waits for one at most
LOOK_EVERY = 0.03  # seconds


def deliver(command_id: UUID) -> CommandState:
    """Wait for the command to be settled. The relay delivers it, woken by the transaction that kept it."""
    give_up = time.monotonic() + AT_MOST
    while time.monotonic() < give_up:
        with transaction() as session:
            command = commands.find(session, command_id)
            state = CommandState(command.state) if command is not None else CommandState.DEAD
        if state is not CommandState.PENDING:
            return state
        time.sleep(LOOK_EVERY)
    return CommandState.PENDING
