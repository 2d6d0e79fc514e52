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
