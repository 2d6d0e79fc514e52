"""A running service-level clock: how much time there is, when it began, and when it stood still."""

from datetime import timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict

from retention.vocabulary import PauseReason, SlaClockKind


class Pause(BaseModel):
    """A stretch in which the clock stands; `until` None: it stands still now."""

    model_config = ConfigDict(frozen=True)

    since: AwareDatetime
    until: AwareDatetime | None = None
    reason: PauseReason


class SlaClock(BaseModel):
    """A budget of time and the ledger of pauses; every deadline is derived from it, never stored alone."""

    model_config = ConfigDict(frozen=True)

    kind: SlaClockKind
    budget: timedelta
    started_at: AwareDatetime
    pauses: tuple[Pause, ...] = ()


class SlaQuestion(BaseModel):
    """Asks how a clock stands."""

    clock: SlaClock
    as_of: AwareDatetime


class SlaReading(BaseModel):
    """How a clock stands: what is spent and left, and when it runs out if nothing pauses it again."""

    spent: timedelta  # on the clock's own kind of time; never more than the budget
    left: timedelta  # zero when it has run out
    due_at: AwareDatetime | None  # None while it stands and nobody knows until when
    paused_for: timedelta  # in all, elapsed
    breached: bool
