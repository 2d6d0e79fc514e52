"""What is judged, and what comes of it: the words between the judging activity and the rulebook."""

from datetime import date

from pydantic import AwareDatetime, BaseModel, ConfigDict

from retention.vocabulary import Arm, CaseState, OwnerGroup, Programme, TaskKind, Trigger, Verdict
from rules.book import Status
from rules.fields import Value
from rules.reference import LeafResult
from rules.state import RuleState


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Moment(Frozen):
    """Something happened, or a period ended. Session moments bring the session's own facts."""

    trigger: Trigger
    known_at: AwareDatetime | None = None
    session_id: str | None = None
    facts: dict[str, Value | None] = {}


class OpenCase(Frozen):
    """A case of the tutor that has not ended. Only OPEN ones wait for somebody."""

    case_id: str
    programme: Programme
    state: CaseState = CaseState.OPEN
    acted_at: AwareDatetime | None = None  # when the intervention itself happened: letter sent, call held
    snoozed_until: AwareDatetime | None = None  # somebody has put its task aside
    has_task: bool = False  # somebody is asked something in it


class Place(Frozen):
    """What a rule has drawn for a tutor on a working day, when people had more to do than hours."""

    day: date
    admitted: bool
    rank: int  # from 1
    pool: int
    places: int


class Situation(Frozen):
    """All that is known of one tutor at `as_of` (business time)."""

    tutor_number: int
    as_of: AwareDatetime
    facts: dict[str, Value | None]
    moments: tuple[Moment, ...]
    states: dict[str, RuleState] = {}
    open_cases: tuple[OpenCase, ...] = ()
    last_acted: dict[Programme, AwareDatetime] = {}  # when the newest case of a programme did what it is for
    vetoes: dict[Programme, AwareDatetime] = {}  # what a manager does not want for this tutor, and until when
    snoozes: dict[Programme, AwareDatetime] = {}  # what somebody has put aside for this tutor, and until when
    snoozed_until: AwareDatetime | None = None  # the same of everything about the tutor
    optional_mails: int = 0  # letters of the mail budget in its window
    rationed: tuple[OwnerGroup, ...] = ()  # whose cases wait for a place, where their programme may wait
    places: dict[str, Place] = {}  # today's, by rule


class Decision(Frozen):
    """What a rule came to for one tutor, with all that is needed to explain it later."""

    key: str  # unique; judging again from the same state gives the same key
    rule_id: str
    verdict: Verdict
    tutor_number: int
    as_of: AwareDatetime
    trigger: Trigger
    session_id: str | None
    reason: str  # one word: "condition" or a value of Reason
    sentence: str  # the same for people; no names
    explanation: tuple[LeafResult, ...]
    episode: str  # counted over all rules of the tutor; empty: suppressed, nothing began
    opened_at: AwareDatetime | None  # when the episode began
    case_id: str | None  # of the case to start (FIRE, ESCALATE) or to signal (RESOLVE); None: it has none
    into: str | None  # SUPPRESSED: the open case that this belongs to; ESCALATE: whose task is raised
    overtakes: tuple[str, ...] = ()  # FIRE: the open cases that no longer lead, and are told
    programme: Programme | None  # None: an alert that opens no case
    arm: Arm | None  # of a firing, also of one left out, whose programme has a holdout
    task: TaskKind | None
    owner_group: OwnerGroup  # ESCALATE: who is told
    priority: int
    policy: str
    status: Status  # SHADOW: recorded, starts nothing
    is_signal: bool = False  # a pattern is seen or gone: recorded, starts nothing
    ruleset_version: str
    ruleset_digest: str
    engine: str  # durable | python
    facts_digest: str


class Ticket(Frozen):
    """A firing that nothing holds back but that it has no place yet: it waits for the draw."""

    rule_id: str
    programme: Programme
    owner_group: OwnerGroup
    priority: int
    trigger: Trigger
    facts_digest: str


class Disagreement(Frozen):
    """The engine and the reference differ on one condition; the reference was believed."""

    rule_id: str
    part: str
    engine: bool
    reference: bool | None
    facts_digest: str


class Judgement(Frozen):
    """The outcome for one tutor."""

    decisions: tuple[Decision, ...]
    states: dict[str, RuleState]  # only those that changed
    sheets: dict[str, dict[str, Value]]  # facts_digest of each decision -> the facts it saw
    tickets: tuple[Ticket, ...] = ()
    standing: tuple[str, ...]  # rules whose alert is raised and whose condition holds at the last look
    disagreements: tuple[Disagreement, ...]
    strange: tuple[str, ...]
