"""What is said in the life of a model: learn, shadow, decide. Numbers and ids, never features or bytes."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from retention.clock import Clock
from retention.policy import CHALLENGER_PATIENCE, SHADOW_DAYS
from retention.vocabulary import ModelKind

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300)]
Ending = Literal["promoted", "rejected", "expired", "nothing_learnt", "not_applied"]


class TrainingInput(BaseModel):
    """Input of the workflow `ModelTraining`."""

    clock: Clock
    kind: ModelKind = ModelKind.CHURN
    as_of: AwareDatetime | None = None  # the end of the day that asked for it; before that: its start
    shadow_days: int = SHADOW_DAYS
    patience: timedelta = CHALLENGER_PATIENCE


class FitChallenger(BaseModel):
    """Asks for a new model of a kind from all that is known at a business instant."""

    kind: ModelKind = ModelKind.CHURN
    training_id: str  # the workflow's id: one version a training, however often it is asked for
    as_of: AwareDatetime


class Challenger(BaseModel):
    """What was learnt; no version, and why, when there is too little to learn from."""

    version_id: int | None
    words: str


class ShadowDay(BaseModel):
    """Asks to score everybody with a challenger beside whatever serves."""

    training_id: str
    version_id: int
    as_of: AwareDatetime


class ShadowReading(BaseModel):
    """What stands in the way of a promotion after this day, by the names of the conditions."""

    in_the_way: list[str]
    broken: str = ""  # why the challenger cannot be asked: its training ends


class WatchChampion(BaseModel):
    """Asks to look at the model that serves as of the end of a day; input of the workflow `ModelWatch`."""

    as_of: AwareDatetime


class WatchReport(BaseModel):
    """The kinds of alarms that were raised; `words` says why no churn model could be looked at."""

    version_id: int | None = None
    alarms: list[str] = []
    first_session_alarms: list[str] = []
    words: str = ""


class DecideModel(BaseModel):
    """A person's word about a waiting challenger."""

    command_id: str
    actor: str
    promote: bool
    reason: Reason
    despite: bool = False  # promote although a condition is not met


class ModelReceipt(BaseModel):
    """What became of a person's word."""

    ending: Ending
    words: str


class SettleTraining(BaseModel):
    """Asks to write down how a training ended."""

    training_id: str
    version_id: int
    ending: Ending
    actor: str
    reason: str
    at: AwareDatetime
    despite: bool = False  # promote although a condition is not met


class TrainingEnd(BaseModel):
    """How a training stands on record by now; "not_applied" when the registry has refused, and why."""

    ending: Ending
    words: str


class TrainingReport(BaseModel):
    """Result of the workflow `ModelTraining`."""

    version_id: int | None = None
    ending: Ending
    words: str
    shadow_days: Annotated[int, Field(ge=0)] = 0
