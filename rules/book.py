"""What a rulebook is once it is read: rules, their conditions, and the bands of the score."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import cached_property

from retention.vocabulary import (
    AlertCategory,
    AlertSeverity,
    OwnerGroup,
    Programme,
    RiskBand,
    TaskKind,
    Trigger,
)
from rules.conditions import Condition, ConditionKey, Part
from rules.conflicts import NO_TABLE, Conflicts
from rules.fields import Fields


class Status(StrEnum):
    """Shadow rules are judged and recorded, and start nothing."""

    DRAFT = "draft"
    SHADOW = "shadow"
    ACTIVE = "active"
    RETIRED = "retired"


class Missing(StrEnum):
    """What an unknown fact does to a running `for`: it pauses it (hold) or breaks it off (unknown)."""

    HOLD = "hold"
    UNKNOWN = "unknown"


class DuringLeave(StrEnum):
    WAIT = "wait"
    GO_ON = "go_on"


class InPlan(StrEnum):
    """Whether the plan of PRD 4.2 gates a rule, or its own condition is enough."""

    FOLLOW = "follow"
    IGNORE = "ignore"


class WithOpenCase(StrEnum):
    """What a firing does beside another open case that needs people, where no table of conflicts says it."""

    WAIT = "wait"
    FOLD = "fold"


@dataclass(frozen=True)
class Cooldown:
    """At most `max` firings of one tutor within a rolling window, over all rules of the group."""

    max: int
    within: timedelta
    group: str


@dataclass(frozen=True)
class Escalate:
    """Once in an episode, when the condition still holds after this time, another group is told."""

    after: timedelta
    to: OwnerGroup


@dataclass(frozen=True, kw_only=True)
class Override:
    """What is different of the case when this holds, too, as the rule fires; None and "": as else."""

    when: Condition
    priority: int | None = None
    owner_group: OwnerGroup | None = None
    policy: str = ""


@dataclass(frozen=True)
class Signal:
    """A pattern is seen (PRD 3.3): recorded, and starts nothing.

    The points are those that the pattern has in the component score; a model's score never gets them.
    """

    pattern: str
    points: int = 0


@dataclass(frozen=True, kw_only=True)
class Start:
    """The case a firing opens, or, when it only `tells`, the programme whose open cases hear of it.

    `task` and its deadline `policy` (of retention.policy.TASK_POLICIES) are named together, and only where
    the programme says `task_from_rule`; else its story opens its own task and names the policy of it.
    `parameters` are what the programme's start message asks for besides.
    """

    programme: Programme
    owner_group: OwnerGroup
    priority: int
    task: TaskKind | None = None
    policy: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)
    tells: bool = False


@dataclass(frozen=True)
class Alert:
    """What people-ops are told of when the rule fires, and what they are advised to do about it."""

    category: AlertCategory
    severity: AlertSeverity
    advice: str


@dataclass(frozen=True)
class CaseTest:
    """Facts in, firing or not out; written beside the rule."""

    says: str
    facts: Mapping[str, object]
    fires: bool
    priority: int | None = None  # of what it then starts: with which override


@dataclass(frozen=True)
class SeriesTest:
    """Facts step by step (None: unknown), and the steps, from 0, at which something must happen."""

    says: str
    facts: Mapping[str, tuple[object, ...]]
    step: timedelta
    fires_at: tuple[int, ...]
    escalates_at: tuple[int, ...]
    resolves_at: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Rule:
    id: str
    says: str
    triggers: tuple[Trigger, ...]
    when: Condition
    then: Start | None  # None: it only raises an alert, or gives a signal
    owner: OwnerGroup
    source: str
    status: Status
    place: str  # file:line
    digest: str  # of when, for and shadow: a change of these begins a new episode
    twin_digest: str  # of the same condition in shadow if the rule acts, and acting if it is in shadow
    alert: Alert | None = None  # raised with each firing, also when the case beside it has to wait
    signal: Signal | None = None
    priority: int = 50
    missing: Missing = Missing.HOLD
    during_leave: DuringLeave = DuringLeave.WAIT
    with_open_case: WithOpenCase = WithOpenCase.WAIT
    lasting: timedelta = timedelta(0)
    once_per: str = ""
    cooldowns: tuple[Cooldown, ...] = ()
    plan: InPlan = InPlan.FOLLOW
    bands: tuple[RiskBand, ...] = ()  # whose plan has this step; empty: it is not gated by the plans
    overrides: tuple[Override, ...] = ()  # the first that holds counts
    unless_open: tuple[Programme, ...] = ()
    resolve_when: Condition | None = None
    again_after: timedelta = timedelta(0)  # from a firing on; zero: once, until the condition has settled
    escalate: Escalate | None = None
    cases: tuple[CaseTest, ...] = ()
    series: tuple[SeriesTest, ...] = ()

    @property
    def conditions(self) -> dict[ConditionKey, Condition]:
        """Every condition of the rule by its key."""
        own: dict[ConditionKey, Condition] = {(self.id, Part.WHEN): self.when}
        if self.resolve_when is not None:
            own[self.id, Part.RESOLVE] = self.resolve_when
        return own

    @property
    def start(self) -> Start:
        """What it opens or tells; not to be asked of a rule that does neither."""
        assert self.then is not None
        return self.then

    @property
    def tells(self) -> bool:
        """Whether it opens nothing, and only tells an open case."""
        return self.then is not None and self.then.tells

    @property
    def owner_group(self) -> OwnerGroup:
        """Who its firings go to."""
        return self.owner if self.then is None else self.then.owner_group

    @property
    def is_judged(self) -> bool:
        return self.status in {Status.ACTIVE, Status.SHADOW}


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A named condition on tutors; campaigns will be sent to those for whom it holds."""

    id: str
    name: str
    says: str
    source: str
    when: Condition
    place: str  # file:line
    cases: tuple[CaseTest, ...] = ()


@dataclass(frozen=True)
class Concern:
    """What the rules of one file are about, for the people who read them."""

    title: str
    about: str


@dataclass(frozen=True, kw_only=True)
class Book:
    """A rulebook that has passed every check."""

    version: str
    digest: str  # SHA-256 over all its files
    bands: Mapping[str, int]  # upper edge of each band, inclusive, in order
    plans: Mapping[RiskBand, tuple[str, ...]]  # what PRD 4.2 has for each band: codes (H1) or ids of rules
    rules: tuple[Rule, ...]
    segments: tuple[Segment, ...]
    concerns: Mapping[str, Concern]  # of each file that says what its rules are about
    fields: Fields
    conflicts: Conflicts = NO_TABLE

    @property
    def conditions(self) -> dict[ConditionKey, Condition]:
        """Every condition of every judged rule by its key."""
        return {key: it for rule in self.rules if rule.is_judged for key, it in rule.conditions.items()}

    @cached_property
    def at(self) -> Mapping[Trigger, tuple[Rule, ...]]:
        """The judged rules of each moment, in the order in which they may claim the tutor.

        By priority, then by id, never by chance.
        """
        ordered = sorted(self.rules, key=lambda rule: (-rule.priority, rule.id))
        return {
            trigger: tuple(rule for rule in ordered if rule.is_judged and trigger in rule.triggers)
            for trigger in Trigger
        }

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        """Every rule by its id."""
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def _longest_rests(self) -> Mapping[str, timedelta]:
        rests = [one for rule in self.rules for one in rule.cooldowns]
        return {it.group: max(one.within for one in rests if one.group == it.group) for it in rests}

    def counts_back(self, rule: Rule) -> timedelta:
        """How long cool-downs may ask about a firing of the rule: its own, and others of its groups."""
        return max((self._longest_rests[one.group] for one in rule.cooldowns), default=timedelta(0))

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of this id, or None."""
        return self.by_id.get(rule_id)

    def segment(self, segment_id: str) -> Segment | None:
        """The segment of this id, or None."""
        return next((one for one in self.segments if one.id == segment_id), None)
