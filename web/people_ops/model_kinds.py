"""How the page of models speaks of each kind."""

from dataclasses import dataclass
from datetime import date, timedelta

from retention import policy
from retention.records.model_versions import ModelVersion
from retention.vocabulary import ModelKind


@dataclass(frozen=True)
class KindWords:
    """The words of one kind."""

    kind: ModelKind
    title: str
    lead: str
    learnt_from: str  # after the number of tutors: {events} of what
    without: str  # what happens while none serves
    beside: str  # what a challenger is compared with while none serves
    moved: str  # heads of the days of shadow scoring
    changed: str
    events: str  # head of the column that counts what was learnt from
    fewest: str
    oldest: timedelta  # since the last day that has taught it, then it falls silent

    def serves_until(self, champion: ModelVersion) -> date:
        """The last day on which it may speak."""
        return champion.learnt_until + self.oldest


CHURN = KindWords(
    kind=ModelKind.CHURN,
    title="Who leaves",
    lead="Which model foretells who leaves, which one waits, and what each is worth.",
    learnt_from="tutors, of whom {events} left",
    without="The component score does, and says so beside each score.",
    beside="Component score",
    moved="Points moved, mean",
    changed="Bands changed",
    events="Left",
    fewest="One is learnt each night, once there are 60 days of history.",
    oldest=policy.MODEL_OLDEST,
)
FIRST_SESSION = KindWords(
    kind=ModelKind.FIRST_SESSION,
    title="First sessions",
    lead="Which model foretells first sessions rated below 3, which one waits, and what each is worth.",
    learnt_from="tutors, {events} of whose first sessions were rated below 3",
    without="Nothing is foretold of first sessions, and tutors' pages say so.",
    beside="The usual share",
    moved="Percentage points moved, mean",
    changed="Flags changed",
    events="Rated below 3",
    fewest="One is learnt each night, once 500 rated first sessions, 100 of them below 3, are known.",
    oldest=policy.FIRST_SESSION_MODEL_OLDEST,
)
KINDS = {one.kind: one for one in (CHURN, FIRST_SESSION)}


def kind_in(text: str) -> ModelKind:
    """The kind that a form or an address names; churn when it names none."""
    return ModelKind(text) if text in set(ModelKind) else ModelKind.CHURN
