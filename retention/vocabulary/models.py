"""Words of the life of a model."""

from enum import StrEnum


class ModelKind(StrEnum):
    """What a model foretells."""

    CHURN = "churn"
    FIRST_SESSION = "first_session"


class ModelStage(StrEnum):
    CHALLENGER = "challenger"
    CHAMPION = "champion"
    RETIRED = "retired"
    REJECTED = "rejected"


class Promotion(StrEnum):
    """What was decided about a model."""

    PROMOTE = "promote"
    REJECT = "reject"
    ROLL_BACK = "roll_back"


class Fallback(StrEnum):
    """Why the component score speaks instead of a model."""

    NO_CHAMPION = "no_champion"
    CHAMPION_OLD = "champion_old"
    MODEL_BROKEN = "model_broken"
    MODEL_DRIFTED = "model_drifted"
    FACTS_STALE = "facts_stale"
    FACTS_UNKNOWN = "facts_unknown"
    SHORT_HISTORY = "short_history"
