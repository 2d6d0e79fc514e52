"""One tutor, one judgement: match, check against the reference, step the state, ask guards and arbiter."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from retention.vocabulary import Trigger, Verdict
from rules import carried_over, state as states
from rules.arbiter import Asked, candidate, held_back, leaves_the_alert, overtaken
from rules.book import Book, Rule, Status
from rules.conditions import ConditionKey, Part
from rules.decisions import Finding, Scene, decision, digest_of_sheet
from rules.escalations import escalation, not_yet
from rules.fields import Sheet, Value, clean
from rules.guards import Candidate, HeldBack, Reason, with_something_to_do
from rules.orders import order_of
from rules.reference import truth
from rules.situation import Decision, Disagreement, Judgement, Moment, OpenCase, Situation, Ticket
from rules.state import RuleState, Wish

SAMPLED = 100  # one in so many silent conditions is checked against the reference as well


class Matcher(Protocol):
    """DurableEngine or PlainEngine."""

    name: str

    def matches(self, sheet: Sheet) -> frozenset[ConditionKey]:
        """The conditions that hold for one clean sheet."""


@dataclass(frozen=True)
class Known:
    """What a caller knows already: which rules may do anything now, and what each moment shows."""

    only: Collection[str]
    scene_of: Callable[[Moment], Scene]


@dataclass
class Hearing:
    """What a judgement gathers on its way through a tutor's moments."""

    book: Book
    situation: Situation
    matcher: Matcher
    states: dict[str, RuleState]
    waiting: list[OpenCase]
    known: Known | None = None
    decisions: list[Decision] = field(default_factory=list)
    disagreements: list[Disagreement] = field(default_factory=list)
    sheets: dict[str, dict[str, Value]] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    standing: dict[str, bool] = field(default_factory=dict)  # of raised alerts: whether they hold still
    strange: list[str] = field(default_factory=list)
    scene: Scene | None = None  # the newest that the engine was asked about

    @property
    def at(self) -> datetime:
        return self.situation.as_of


def judge(book: Book, situation: Situation, *, matcher: Matcher, known: Known | None = None) -> Judgement:
    """Judge a tutor's moments in order. Repeatable: the same situation gives the same judgement."""
    hearing = Hearing(
        book=book,
        situation=situation,
        matcher=matcher,
        states=dict(situation.states),
        waiting=with_something_to_do(situation.open_cases),
        known=known,
    )
    if situation.moments:
        _carry_over(hearing)
    for moment in situation.moments:
        _hear(hearing, moment)
    return Judgement(
        decisions=tuple(hearing.decisions),
        states={rule: it for rule, it in hearing.states.items() if _changed(it, situation.states.get(rule))},
        sheets=hearing.sheets,
        tickets=tuple(hearing.tickets.values()),
        standing=tuple(rule for rule, holds in hearing.standing.items() if holds),
        disagreements=tuple(hearing.disagreements),
        strange=tuple(dict.fromkeys(hearing.strange)),
    )


def _changed(after: RuleState, before: RuleState | None) -> bool:
    return after is not before and after != before


def _carry_over(hearing: Hearing) -> None:
    """What was begun under other words than this book's ends, or goes on under the new ones."""
    stale = sorted(carried_over.stale(hearing.book, hearing.states), key=lambda one: one[0])
    if not stale:
        return
    situation, scene = hearing.situation, _scene(hearing, hearing.situation.moments[0])
    for rule_id, rule in stale:
        before = hearing.states[rule_id]
        if rule is not None and carried_over.goes_on(rule, before, situation, scene.sheet):
            hearing.states[rule_id] = before.model_copy(update={"digest": rule.digest})
            continue
        if rule is not None and before.opened_at is not None:
            ended = carried_over.ended(rule, before, situation)
            _record(hearing, scene, rule, Finding(Verdict.RESOLVE, before, ended=ended))
        hearing.states[rule_id] = carried_over.anew(rule, before, at=hearing.at)


def _hear(hearing: Hearing, moment: Moment) -> None:
    rules = _listening(hearing, moment)
    if not rules:
        return
    scene = _scene(hearing, moment)
    for rule in rules:
        if rule.tells:
            _hear_news(hearing, scene, rule)
        elif rule.once_per:
            _hear_once(hearing, scene, rule)
        else:
            _hear_lasting(hearing, scene, rule)


def _listening(hearing: Hearing, moment: Moment) -> Sequence[Rule]:
    """The rules that are looked at with a moment; after a draw those that have a place, or none."""
    if moment.trigger is not Trigger.DRAW:
        rules = hearing.book.at[moment.trigger]
        known = hearing.known
        return rules if known is None else [rule for rule in rules if rule.id in known.only]
    named = [hearing.book.rule(rule_id) for rule_id in hearing.situation.places]
    drawn = [rule for rule in named if rule is not None and rule.is_judged]
    return sorted(drawn, key=lambda rule: (-rule.priority, rule.id))


def _scene(hearing: Hearing, moment: Moment) -> Scene:
    """What the moment shows; the ends of an hour and of a day show the same, and are matched once."""
    if hearing.known is not None:
        return hearing.known.scene_of(moment)
    if hearing.scene is not None and hearing.scene.moment.facts == moment.facts:
        return replace(hearing.scene, moment=moment)
    cleaned = clean({**hearing.situation.facts, **moment.facts}, hearing.book.fields)
    hearing.strange.extend(cleaned.strange)
    matched, engine = hearing.matcher.matches(cleaned.sheet), hearing.matcher.name
    hearing.scene = Scene(moment, cleaned.sheet, digest_of_sheet(cleaned.sheet), matched, engine)
    return hearing.scene


def _hear_once(hearing: Hearing, scene: Scene, rule: Rule) -> None:
    """A rule about one session: it fires once for that session, however often it is looked at."""
    once = scene.moment.session_id
    before = hearing.states.get(rule.id)
    if once is None or (before is not None and once in before.handled):
        return
    if _holds(hearing, scene, rule, Part.WHEN):
        _try_to_fire(hearing, scene, rule, state=states.begin(rule, before, at=hearing.at), once=once)


def _hear_news(hearing: Hearing, scene: Scene, rule: Rule) -> None:
    """A rule that only tells: each open case of its programme hears of it once; without one it is silent."""
    told = rule.start.programme
    state = states.begin(rule, hearing.states.get(rule.id), at=hearing.at)
    case = next((it for it in hearing.waiting if it.programme is told), None)
    if case is None or case.case_id in state.handled or not _holds(hearing, scene, rule, Part.WHEN):
        return
    added = HeldBack(Reason.FOLDED, "Added to the tutor's open case.", case.case_id, final=True)
    _record(hearing, scene, rule, Finding(Verdict.SUPPRESSED, state, held=added))
    hearing.states[rule.id] = states.done(state, case.case_id, at=hearing.at)


def _hear_lasting(hearing: Hearing, scene: Scene, rule: Rule) -> None:
    """A rule about a condition that lasts: one firing an episode."""
    before, holds = hearing.states.get(rule.id), _holds(hearing, scene, rule, Part.WHEN)
    state, wish = states.look(
        rule,
        states.begin(rule, before, at=hearing.at),
        holds=holds,
        resolves=_holds(hearing, scene, rule, Part.RESOLVE) if rule.resolve_when is not None else None,
        at=hearing.at,
        counts=scene.moment.trigger in states.PERIODS,
    )
    if before is not None or state != states.begin(rule, None, at=hearing.at):
        hearing.states[rule.id] = state
    if wish is Wish.FIRE:
        _try_to_fire(hearing, scene, rule, state=state, once=None)
    elif wish is Wish.ESCALATE:
        _try_to_escalate(hearing, scene, rule, state)
    elif wish is Wish.RESOLVE:
        _record(hearing, scene, rule, Finding(Verdict.RESOLVE, state))
        hearing.states[rule.id] = states.resolved(state)
    _note_standing(hearing, rule, holds)


def _note_standing(hearing: Hearing, rule: Rule, holds: bool | None) -> None:
    """Whether a raised alert has been seen again: what a list shows as "last seen"."""
    if rule.alert is not None and rule.status is Status.ACTIVE and rule.id in hearing.states:
        hearing.standing[rule.id] = holds is True and hearing.states[rule.id].opened_at is not None


def _try_to_fire(hearing: Hearing, scene: Scene, rule: Rule, *, state: RuleState, once: str | None) -> None:
    held = held_back(_candidate(hearing, scene, rule))
    if held is None or held.reason is Reason.HOLDOUT:
        _begin_episode(hearing, scene, rule, state=state, once=once, left_out=held)
        return
    if rule.alert is not None and state.opened_at is None and leaves_the_alert(held):
        state = _begin_episode(hearing, scene, rule, state=state, once=once, alone=True)
    if held.waits:
        _take_ticket(hearing, scene, rule)
        return
    standing = ":".join(filter(None, [held.reason, once or held.occasion]))
    if state.held != standing:
        _record(hearing, scene, rule, Finding(Verdict.SUPPRESSED, state, held=held))
    state = states.held(state, standing)
    hearing.states[rule.id] = states.done(state, once, at=hearing.at) if once and held.final else state


def _take_ticket(hearing: Hearing, scene: Scene, rule: Rule) -> None:
    """It waits for the draw, which is held when everybody has been judged."""
    asked = order_of(rule, scene.sheet)
    hearing.sheets[scene.digest] = dict(scene.sheet)
    hearing.tickets[rule.id] = Ticket(
        rule_id=rule.id,
        programme=rule.start.programme,
        owner_group=asked.owner_group,
        priority=asked.priority,
        trigger=scene.moment.trigger,
        facts_digest=scene.digest,
    )


def _try_to_escalate(hearing: Hearing, scene: Scene, rule: Rule, state: RuleState) -> None:
    """Once an episode; what holds it back is recorded, and it is tried again."""
    asked = _candidate(hearing, scene, rule)
    held = not_yet(asked)
    if held is None:
        _record(hearing, scene, rule, Finding(Verdict.ESCALATE, state, escalation=escalation(asked, state)))
        hearing.states[rule.id] = states.escalated(state)
        return
    if state.held != str(held.reason):
        _record(hearing, scene, rule, Finding(Verdict.SUPPRESSED, state, held=held))
    hearing.states[rule.id] = states.held(state, str(held.reason))


def _candidate(hearing: Hearing, scene: Scene, rule: Rule) -> Candidate:
    asked = Asked(hearing.book, hearing.situation, hearing.waiting, hearing.states)
    return candidate(rule, scene.sheet, asked)


def _begin_episode(
    hearing: Hearing,
    scene: Scene,
    rule: Rule,
    *,
    state: RuleState,
    once: str | None,
    left_out: HeldBack | None = None,
    alone: bool = False,
) -> RuleState:
    """A firing, or one left out by lot: it rests and is settled alike, and only has no case.

    `alone`: an alert whose case has to wait.
    """
    latest = max((it.episode for it in hearing.states.values()), default=0)
    caseless = left_out is not None or alone or rule.then is None
    counted_for = hearing.book.counts_back(rule)
    after = states.fired(
        state, at=hearing.at, episode=latest + 1, once=once, counted_for=counted_for, caseless=caseless
    )
    hearing.states[rule.id] = after
    verdict = Verdict.FIRE if left_out is None else Verdict.SUPPRESSED
    others = () if caseless else overtaken(_candidate(hearing, scene, rule))
    made = _record(hearing, scene, rule, Finding(verdict, after, held=left_out, overtakes=others))
    if rule.status is Status.ACTIVE and made.case_id is not None and made.programme is not None:
        hearing.waiting.append(OpenCase(case_id=made.case_id, programme=made.programme))
    return after


def _record(hearing: Hearing, scene: Scene, rule: Rule, finding: Finding) -> Decision:
    made = decision(hearing.book, rule, finding, situation=hearing.situation, scene=scene)
    hearing.decisions.append(made)
    hearing.sheets[made.facts_digest] = dict(scene.sheet)
    return made


def _holds(hearing: Hearing, scene: Scene, rule: Rule, part: Part) -> bool | None:
    """Whether a condition holds: the engine says, the reference checks what matters and is believed."""
    found = (rule.id, part) in scene.matched
    running = rule.lasting or rule.id in hearing.states  # here false and unknown are not the same
    sampled = int(scene.digest[:8], 16) % SAMPLED == 0
    if not (found or running or sampled):
        return False
    believed = truth(rule.conditions[rule.id, part], scene.sheet)
    if found != (believed is True):
        hearing.disagreements.append(
            Disagreement(
                rule_id=rule.id, part=part, engine=found, reference=believed, facts_digest=scene.digest
            )
        )
    return believed
