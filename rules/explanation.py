"""The words of an explanation: where a rule stands with a tutor, and all that it hangs on."""

from datetime import timedelta
from enum import StrEnum

from pydantic import AwareDatetime

from retention.vocabulary import OwnerGroup, Trigger, Verdict
from rules.book import Status
from rules.reference import LeafResult
from rules.situation import Frozen, OpenCase


class Standing(StrEnum):
    """Where a rule stands with a tutor; the first ones first on a page."""

    FIRES = "fires"  # nothing holds it back: at its next look
    HELD = "held"  # it would fire, and something holds it back
    WAITS = "waits"  # its condition holds, and has to hold for longer
    RUNS = "runs"  # it has fired, and is not settled yet
    NEAR = "near"  # one comparison lacks little
    UNKNOWN = "unknown"  # it hangs on facts that are not known
    DONE = "done"  # it has fired for this session, or has told this case
    NOT = "not"
    OFF = "off"  # not judged: a draft, or retired


class Objection(Frozen):
    """One guard that holds the firing back, and until when if that is known."""

    reason: str
    says: str
    until: AwareDatetime | None = None


class ExplainedLeaf(LeafResult):
    """One comparison, and how far it is from holding."""

    to_go: str = ""


class Clock(Frozen):
    """How long the condition has held, of how long it has to."""

    held_for: timedelta
    needs: timedelta
    full_at: AwareDatetime | None  # if it goes on; the rule fires at its next look then
    says: str  # "true for 4 of 7 days"


class Changed(Frozen):
    """Who changed the text of a rule last."""

    version: int
    author: str
    at: AwareDatetime
    note: str = ""


class LastDecision(Frozen):
    """What the rule came to the last time that something came of it."""

    verdict: Verdict
    says: str
    at: AwareDatetime
    case_id: str | None = None


class RuleExplained(Frozen):
    """One rule and one tutor."""

    rule_id: str
    says: str
    standing: Standing
    summary: str
    status: Status
    owner: OwnerGroup
    source: str
    looked_at: tuple[Trigger, ...]
    leaves: tuple[ExplainedLeaf, ...]
    nearest_miss: str = ""
    held_by: tuple[Objection, ...] = ()
    clock: Clock | None = None
    running_since: AwareDatetime | None = None
    escalates_at: AwareDatetime | None = None
    again_from: AwareDatetime | None = None
    settled_when: str = ""
    rests_until: AwareDatetime | None = None
    session_id: str | None = None  # that it was looked at with, where it is about sessions
    last: LastDecision | None = None
    changed: Changed | None = None


class Explanation(Frozen):
    """Everything about one tutor at one instant."""

    tutor_number: int
    as_of: AwareDatetime
    rulebook_version: int
    open_cases: tuple[OpenCase, ...]
    lead: str | None  # the open case whose owner people are asked to turn to
    rules: tuple[RuleExplained, ...]


class SeenSession(Frozen):
    """A session that rules about sessions are explained on: the newest one."""

    session_id: str
    facts: dict[str, object]
