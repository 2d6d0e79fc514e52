"""Words of the life of a rulebook."""

from enum import StrEnum


class RulebookStatus(StrEnum):
    """Where a version of the rulebook stands."""

    DRAFT = "draft"
    SHADOW = "shadow"
    PUBLISHED = "published"
    RETIRED = "retired"
    DISCARDED = "discarded"


class RulebookAct(StrEnum):
    """How a version came to be the one that is judged by."""

    SEED = "seed"
    PUBLISH = "publish"
    ROLL_BACK = "roll_back"


class TryoutState(StrEnum):
    """How far a version has come that is being tried."""

    ASKED = "asked"
    CHECKING = "checking"
    TODAY = "today"
    PAST = "past"
    DONE = "done"
    FAILED = "failed"
