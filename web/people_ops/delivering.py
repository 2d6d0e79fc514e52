"""From a kept command to its outcome: at once where possible, never longer than a second."""

import time
from uuid import UUID

from retention.records import commands
from retention.records.database import transaction
from retention.vocabulary import CommandState

AT_MOST = 1.0  # seconds a person waits before the page says "saved, not yet applied"
LOOK_EVERY = 0.03  # seconds


def deliver(command_id: UUID) -> None:
    """Wait until the command is settled; it is delivered by the relay, which its transaction has woken."""
    give_up = time.monotonic() + AT_MOST
    while time.monotonic() < give_up:
        with transaction() as session:
            command = commands.find(session, command_id)
            if command is None or command.state != CommandState.PENDING:
                return
        time.sleep(LOOK_EVERY)
