"""What comes of a policy that is tried: hits, and judgements that two policies may share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from retention.vocabulary import OwnerGroup, Programme, Verdict
from rules.book import Book, Status
from rules.courses import Circumstances
from rules.guards import Reason
from rules.replay import KeptLook, States
from rules.situation import Decision, Judgement


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule came to for one tutor at one look."""

    tutor_number: int
    rule_id: str
    as_of: datetime
    verdict: Verdict
    reason: str  # "condition", or what held it back
    programme: Programme | None
    owner_group: OwnerGroup
    shadow: bool
    signal: bool  # a pattern is seen; it is recorded and nothing more
    opens: bool  # a case

    @property
    def fires(self) -> bool:
        """Whether the rule fired, also where the tutor was left out by lot."""
        return self.verdict is Verdict.FIRE or self.reason == Reason.HOLDOUT


@dataclass
class Run:
    """What a book came to over the looks of some tutors, and where it left them."""

    hits: list[Hit] = field(default_factory=list)
    looks: int = 0
    judged: int = 0  # the rest was passed over
    tutors: int = 0

    def begin(self, looks: Sequence[KeptLook]) -> None:
        """Count one more tutor."""
        self.tutors += 1
        self.looks += len(looks)


@dataclass(frozen=True)
class Heard:
    """What one judgement hung on, and what came of it."""

    only: set[str]
    states: States
    circumstances: Circumstances
    judgement: Judgement | None = None


@dataclass(frozen=True)
class Twin:
    """The same tutor under another policy: what it has judged of rules that are alike need not be again."""

    heard: Mapping[int, Heard] = field(default_factory=dict)
    alike: frozenset[str] = frozenset()

    def judgement(self, place: int, asked: Heard) -> Judgement | None:
        """The twin's judgement at a look, if it hung on the same."""
        known = self.heard.get(place)
        if known is None or not asked.only <= self.alike:
            return None
        same = (known.only, known.states, known.circumstances)
        return known.judgement if same == (asked.only, asked.states, asked.circumstances) else None


def alike(one: Book, other: Book) -> frozenset[str]:
    """The rules that judge the same way in both books; none when what stands between rules differs."""
    between = [
        (book.conflicts, {rule.id: (rule.cooldowns, rule.status) for rule in book.rules})
        for book in (one, other)
    ]
    if between[0] != between[1]:
        return frozenset()
    known = {rule.id: replace(rule, place="") for rule in one.rules}
    return frozenset(it.id for it in other.rules if known[it.id] == replace(it, place=""))


def hit_of(made: Decision) -> Hit:
    """What is counted of a decision."""
    opens = made.verdict is Verdict.FIRE and made.status is Status.ACTIVE and made.case_id is not None
    return Hit(
        tutor_number=made.tutor_number,
        rule_id=made.rule_id,
        as_of=made.as_of,
        verdict=made.verdict,
        reason=made.reason,
        programme=made.programme,
        owner_group=made.owner_group,
        shadow=made.status is Status.SHADOW,
        signal=made.is_signal,
        opens=opens,
    )
