"""What is said about a case: how it starts, what it waits for, how it ended."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from retention.clock import Clock
from retention.vocabulary import CaseState, FollowUp, Outcome, OwnerGroup, Programme, RiskBand, TaskKind


class StartCase(BaseModel):
    """Input of every programme workflow; policy and rule version travel inside."""

    case_id: str  # equals the workflow id, e.g. first_session_review/10023/7
    programme: Programme
    tutor_number: int
    episode: str  # the session id, or the number of the rule's episode
    decision_id: int
    rule_id: str
    rulebook_version: int
    opened_at: AwareDatetime  # business instant of the decision
    task_kind: TaskKind | None = None  # the first task that it opens, if any
    owner_group: OwnerGroup
    priority: Annotated[int, Field(ge=0, le=100)]
    task_policy: str = ""  # key of retention.policy.TASK_POLICIES
    session_id: str | None = None
    churn_score: int | None = None
    risk_band: RiskBand | None = None
    reason: str = ""  # one sentence in people-ops words, no names
    clock: Clock


class CaseProgress(BaseModel):
    """What `record_case` writes; versioned like a task."""

    case_id: str
    version: int
    state: CaseState
    waiting_for: str  # people-ops words
    waiting_until: AwareDatetime | None = None
    at: AwareDatetime
    step: str = ""  # the state of the programme's own machine: "scheduled", "held"; for lists and tests
    acted_at: AwareDatetime | None = None  # when the intervention itself happened: call held, letter sent
    appointment_at: AwareDatetime | None = None  # what is agreed with the tutor: the call
    outcome: Outcome | None = None
    follow_up: FollowUp | None = None
    note: str = ""


class CaseResult(BaseModel):
    """How a case ended."""

    case_id: str
    outcome: Outcome
    follow_up: FollowUp | None = None
    late: bool = False


class NextFirstSession(BaseModel):
    """Asks how the tutor's first session after a review went."""

    tutor_number: int
    after: AwareDatetime
    as_of: AwareDatetime


class FollowUpFinding(BaseModel):
    """The answer: which session, and whether it went well."""

    follow_up: FollowUp
    session_id: str | None = None


class RuleResolved(BaseModel):
    """Signal to a case: the fact that started it no longer holds."""

    command_id: str
    at: AwareDatetime
    reason: str
    rule_changed: bool = False  # its rule was changed or withdrawn; nothing is known to be better

    @property
    def outcome(self) -> Outcome:
        """How a case ends of which the question is taken back."""
        return Outcome.WITHDRAWN if self.rule_changed else Outcome.RECOVERED_BY_ITSELF


class AlsoFound(BaseModel):
    """Signal to an open case: another rule has found something that is added to it."""

    command_id: str
    at: AwareDatetime
    rule_id: str
    reason: str  # one sentence in people-ops words, no names
    session_id: str | None = None
    lead: OwnerGroup | None = None  # who leads from here on, when another case of the tutor does
    escalate_to: OwnerGroup | None = None  # it has lasted: open tasks are offered to this group as well
    priority_added: int = 0  # to those tasks
