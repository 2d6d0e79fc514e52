"""A policy tried on the past: the looks that were kept, judged by a book, with the cases it would have begun.

Judging is `rules.judge`, as in production. A look at which nothing can happen is passed over: that is decided
by the same state step and the same guards, with the conditions answered for all sheets at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import groupby

from retention.vocabulary import OwnerGroup, Programme, Verdict
from rules import state as states
from rules.answers import Answers, Policy
from rules.arbiter import Asked, candidate, held_back, leaves_the_alert
from rules.book import Rule, Status
from rules.columns import FALSE, TRUE
from rules.conditions import Part
from rules.courses import Circumstances, Past, Played
from rules.guards import Reason, with_something_to_do
from rules.judge import judge
from rules.replay import KeptLook, Row, States
from rules.situation import Decision, Situation
from rules.state import RuleState, Wish

ANSWERS = {TRUE: True, FALSE: False}


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


@dataclass
class Told:
    """A look with the circumstances that a policy meets at it."""

    look: KeptLook
    circumstances: Circumstances

    @cached_property
    def for_guards(self) -> Situation:
        """The situation as guards ask for it: they look at no state of a rule."""
        return self.look.situation({}, self.circumstances)


def tried(
    policy: Policy,
    looks: Iterable[KeptLook],
    past: Past,
    *,
    before: Mapping[int, States],
    into: Run | None = None,
    plain: bool = False,
) -> Run:
    """A policy over looks that come tutor by tutor. `before`: each rule's state before the first of them.

    `into`: the run that these tutors are added to. `plain`: judge every look; the same comes of it, later.
    """
    run = Run() if into is None else into
    for tutor, of_tutor in groupby(looks, key=lambda look: look.tutor_number):
        told = list(of_tutor)
        run.tutors += 1
        run.looks += len(told)
        OneTutor(policy, told, past, dict(before.get(tutor, {}))).live(run, plain=plain)
    return run


class OneTutor:
    """One tutor's time under a book."""

    def __init__(self, policy: Policy, looks: Sequence[KeptLook], past: Past, known: States) -> None:
        self._policy = policy
        self._looks = looks
        self._states = known
        self._answers = Answers(policy, looks)
        acted = looks[0].circumstances.get("last_acted", {})
        self._cases = Played(past, past.by_tutor.get(looks[0].tutor_number, []), acted_before=acted)

    def live(self, run: Run, *, plain: bool) -> None:
        """Take the looks one after the other; `plain`: judge each, and pass none over."""
        for place, look in enumerate(self._looks):
            told = Told(look, self._cases.circumstances(look.circumstances, look.as_of))
            quiet = None if plain else self._quiet(place, told)
            if quiet is None:
                run.judged += 1
                self._judge(told, run)
            else:
                self._states |= quiet

    def _judge(self, told: Told, run: Run) -> None:
        situation = told.look.situation(self._states, told.circumstances)
        judgement = judge(self._policy.book, situation, matcher=self._policy.matcher)
        self._states |= judgement.states
        for made in judgement.decisions:
            hit = _hit(made)
            run.hits.append(hit)
            if hit.opens:
                self._cases.begin(made)

    def _quiet(self, place: int, told: Told) -> States | None:
        """The states that a look leaves at which nothing happens; None: something may happen."""
        fresh: States = {}
        for number, moment in enumerate(told.look.moments):
            of_moment = self._policy.listening[moment["trigger"]]
            if any(self._speaks(rule, moment, (place, number)) for rule in of_moment.once):
                return None
            if any(self._tells(rule, told, place) for rule in of_moment.news):
                return None
            for rule in of_moment.lasting:
                if not self._steps(rule, told, place, fresh):
                    return None
        return fresh

    def _speaks(self, rule: Rule, moment: Row, at: tuple[int, int]) -> bool:
        before, once = self._states.get(rule.id), moment.get("session_id")
        done = once is None or (before is not None and once in before.handled)
        return not done and self._answers.of_session(rule, at) == TRUE

    def _tells(self, rule: Rule, told: Told, place: int) -> bool:
        open_cases = told.circumstances.get("open_cases", ())
        hears = any(case["programme"] == rule.start.programme for case in open_cases)
        return hears and self._answers.of(rule, Part.WHEN, place) == TRUE

    def _steps(self, rule: Rule, told: Told, place: int, fresh: States) -> bool:
        """Step a lasting rule's state; False: it would do something now."""
        before = fresh.get(rule.id) or self._states.get(rule.id)
        holds = self._answers.of(rule, Part.WHEN, place)
        if holds != TRUE and (before is None or _is_idle(rule, before)):
            return True
        resolves = None
        if rule.resolve_when is not None:
            resolves = ANSWERS.get(self._answers.of(rule, Part.RESOLVE, place))
        begun = states.begin(rule, before)
        state, wish = states.look(
            rule, begun, holds=ANSWERS.get(holds), resolves=resolves, at=told.look.as_of
        )
        if wish is Wish.FIRE and not self._still_held(rule, state, told, {**self._states, **fresh}):
            return False
        if wish in {Wish.ESCALATE, Wish.RESOLVE}:
            return False
        fresh[rule.id] = state
        return True

    def _still_held(self, rule: Rule, state: RuleState, told: Told, known: States) -> bool:
        """Whether the same guard as before holds it back: then nothing is recorded."""
        if not state.held:
            return False
        waiting = with_something_to_do(told.for_guards.open_cases)
        asked = Asked(self._policy.book, told.for_guards, waiting, known)
        held = held_back(candidate(rule, told.look.facts, asked))
        if held is None or held.reason is Reason.HOLDOUT or str(held.reason) != state.held:
            return False
        return rule.alert is None or state.opened_at is not None or not leaves_the_alert(held)


def _is_idle(rule: Rule, state: RuleState) -> bool:
    """Whether a look at which the condition does not hold leaves the state as it is."""
    if state.digest != rule.digest:
        return True  # it begins anew, whenever that is
    counts = bool(state.true_for) or state.last_seen is not None
    return state.opened_at is None and not state.held and not (rule.lasting and counts)


def _hit(made: Decision) -> Hit:
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
