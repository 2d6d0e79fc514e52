"""A policy tried on the past: the looks that were kept, judged by a book, with the cases it would have begun.

Judging is `rules.judge`, as in production. A look at which nothing can happen is passed over: that is decided
by the same state step and the same guards, with the conditions answered for all sheets at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby

from rules import state as states
from rules.answers import Answers, Policy, Sheets
from rules.arbiter import Asked, candidate, held_back, leaves_the_alert
from rules.book import Rule
from rules.carried_over import begun
from rules.columns import FALSE, TRUE
from rules.conditions import Part
from rules.courses import Circumstances, Past, Played
from rules.guards import Reason, with_something_to_do
from rules.judge import Known, judge
from rules.replay import KeptLook, Row, States
from rules.runs import Heard, Run, Twin, hit_of
from rules.situation import Judgement, Situation
from rules.state import RuleState, Wish

OF_THE_DRAW = frozenset({"rationed", "places"})  # of a situation
ANSWERS = {TRUE: True, FALSE: False}


class Told:
    """A look with the circumstances that a policy meets at it, put together when they are asked for."""

    def __init__(self, look: KeptLook, cases: Played) -> None:
        self.look = look
        self._cases = cases

    @cached_property
    def circumstances(self) -> Circumstances:
        """What guards are told besides the facts, as JSON."""
        return _free(self._cases.circumstances(self.look.circumstances, self.look.as_of))

    @cached_property
    def for_guards(self) -> Situation:
        """The situation as guards ask for it: they look at no state of a rule."""
        return self.look.situation({}, self.circumstances)


@dataclass
class Stepped:
    """What becomes of the rules at one look.

    Those that are `loud` would do something, and are judged. Those `beside` would do nothing by themselves,
    and something perhaps when another rule fires: they are judged with the loud ones.
    """

    loud: set[str] = field(default_factory=set)
    beside: set[str] = field(default_factory=set)
    fresh: States = field(default_factory=dict)  # the states that the look leaves, unless a rule is judged

    def left(self) -> States:
        """The states of the rules that were not judged."""
        judged = self.loud | self.beside if self.loud else set[str]()
        return {rule: state for rule, state in self.fresh.items() if rule not in judged}


def tried(
    policy: Policy,
    looks: Iterable[KeptLook],
    past: Past,
    *,
    before: Mapping[int, States],
    plain: bool = False,
) -> Run:
    """A policy over looks that come tutor by tutor. `before`: each rule's state before the first of them.

    `plain`: judge every rule at every look. The same hits come of it, later.
    """
    run = Run()
    for tutor, of_tutor in groupby(looks, key=lambda look: look.tutor_number):
        told = list(of_tutor)
        run.begin(told)
        lived = Lived(told, Sheets(told, policy.book.fields), before.get(tutor, {}))
        one = OneTutor(policy, lived, past)
        one.live_plainly(run) if plain else one.live(run, Twin())
    return run


@dataclass(frozen=True)
class Lived:
    """One tutor's time, the same for every policy that is tried on it."""

    looks: Sequence[KeptLook]
    sheets: Sheets
    before: States  # each rule's, before the first look


class OneTutor:
    """One tutor's time under a book."""

    def __init__(self, policy: Policy, lived: Lived, past: Past) -> None:
        self.heard: dict[int, Heard] = {}  # what was judged, by the place of its look
        self._policy = policy
        self._looks = lived.looks
        self._states: States = {}
        self._waking: set[str] = set()  # rules whose state may change though their condition does not hold
        first = lived.looks[0]
        self._keep(begun(policy.book, lived.before, at=first.as_of))
        self._answers = Answers(policy, lived.sheets)
        acted = first.circumstances.get("last_acted", {})
        self._cases = Played(past, past.by_tutor.get(first.tutor_number, []), acted_before=acted)

    def live_plainly(self, run: Run) -> None:
        """Take the looks one after the other, and judge every rule at each."""
        for look in self._looks:
            situation = look.situation(self._states, Told(look, self._cases).circumstances)
            run.judged += 1
            self._follow(judge(self._policy.book, situation, matcher=self._policy.matcher), run)

    def live(self, run: Run, beside: Twin) -> None:
        """The same; what cannot speak is passed over, and what the twin has judged alike is taken from it."""
        for place, look in enumerate(self._looks):
            told = Told(look, self._cases)
            stepped = self._stepped(place, told)
            if stepped.loud:
                heard = Heard(stepped.loud | stepped.beside, dict(self._states), told.circumstances)
                judgement = beside.judgement(place, heard) or self._judged(told, heard, place)
                run.judged += 1
                self.heard[place] = replace(heard, judgement=judgement)
                self._follow(judgement, run)
            self._keep(stepped.left())

    def _judged(self, told: Told, heard: Heard, place: int) -> Judgement:
        situation = told.for_guards.model_copy(update={"states": heard.states})
        known = Known(heard.only, self._answers.scene_at(told.look, place))
        return judge(self._policy.book, situation, matcher=self._policy.matcher, known=known)

    def _follow(self, judgement: Judgement, run: Run) -> None:
        self._keep(judgement.states)
        for made in judgement.decisions:
            hit = hit_of(made)
            run.hits.append(hit)
            if hit.opens:
                self._cases.begin(made)

    def _stepped(self, place: int, told: Told) -> Stepped:
        """What becomes of each rule at a look, as far as that is known without judging."""
        stepped, true = Stepped(), self._answers.true_at(place)
        for number, moment in enumerate(told.look.moments):
            of_moment = self._policy.listening[moment["trigger"]]
            stepped.loud |= {
                it.id
                for it in of_moment.once
                if self._answers.speaks(it, place, number) and not self._is_done(it, moment)
            }
            for rule in of_moment.news:
                if rule.id in true:
                    (stepped.loud if self._is_heard(rule, told) else stepped.beside).add(rule.id)
            for rule in of_moment.lasting:
                if rule.id in true or rule.id in self._waking:
                    counts = moment["trigger"] in states.PERIODS
                    self._step(rule, told, place, stepped, counts=counts)
        return stepped

    def _is_done(self, rule: Rule, moment: Row) -> bool:
        before, once = self._states.get(rule.id), moment.get("session_id")
        return once is None or (before is not None and once in before.handled)

    def _is_heard(self, rule: Rule, told: Told) -> bool:
        open_cases = told.circumstances.get("open_cases", ())
        return any(case["programme"] == rule.start.programme for case in open_cases)

    def _step(self, rule: Rule, told: Told, place: int, stepped: Stepped, *, counts: bool) -> None:
        before = stepped.fresh.get(rule.id) or self._states.get(rule.id)
        resolves = None
        if rule.resolve_when is not None:
            resolves = ANSWERS.get(self._answers.of(rule, Part.RESOLVE, place))
        state, wish = states.look(
            rule,
            states.begin(rule, before, at=told.look.as_of),
            holds=ANSWERS.get(self._answers.of(rule, Part.WHEN, place)),
            resolves=resolves,
            at=told.look.as_of,
            counts=counts,
        )
        stepped.fresh[rule.id] = state
        if wish is Wish.FIRE and self._still_held(rule, state, told, {**self._states, **stepped.fresh}):
            stepped.beside.add(rule.id)
        elif wish is not Wish.NOTHING:
            stepped.loud.add(rule.id)

    def _keep(self, left: States) -> None:
        """Take over the states that a look leaves, and note which of them wake at the next look."""
        self._states |= left
        for rule_id, state in left.items():
            rule = self._policy.rules.get(rule_id)
            if rule is not None and not _is_idle(rule, state):
                self._waking.add(rule_id)
            else:
                self._waking.discard(rule_id)

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


def _free(circumstances: Circumstances) -> Circumstances:
    """Nobody waits for a place: the hours that a policy takes are told beside those that there are."""
    return {name: it for name, it in circumstances.items() if name not in OF_THE_DRAW}


def _is_idle(rule: Rule, state: RuleState) -> bool:
    """Whether a look at which the condition does not hold leaves the state as it is."""
    counts = bool(state.true_for) or state.last_seen is not None
    return state.opened_at is None and not state.held and not (rule.lasting and counts)
