"""The words of access, and of what goes to Temporal."""

from enum import StrEnum


class Role(StrEnum):
    OPS_MANAGER = "ops_manager"
    PEOPLE_OPS = "people_ops"
    TUTOR = "tutor"
    STUDENT = "student"
    ADMIN = "admin"


class Scope(StrEnum):
    """What an API key may do."""

    INGEST = "ingest"
    QUARANTINE = "quarantine"
    PORTAL = "portal"


class CommandKind(StrEnum):
    START = "start"
    SIGNAL = "signal"
    UPDATE = "update"


class CommandState(StrEnum):
    """A command waits, is applied by the workflow, is refused by it, or finds no workflow to take it."""

    PENDING = "pending"
    APPLIED = "applied"
    REFUSED = "refused"
    DEAD = "dead"


class Hop(StrEnum):
    """The stations of a signal, in order; their times are kept so that latency is a fact."""

    KNOWN = "known"
    MEASURED = "measured"
    SCORED = "scored"
    JUDGED = "judged"
    STARTED = "started"
    TASK_OPEN = "task_open"
