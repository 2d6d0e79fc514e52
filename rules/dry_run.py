"""A policy on the facts of now: who would be hit, who is held back and why, and what it would cost."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from retention.vocabulary import OwnerGroup, Trigger, Verdict
from rules.book import Book, Rule, Status
from rules.fields import clean
from rules.judge import judge
from rules.reference import PlainEngine, truth
from rules.situation import Decision, Judgement, Moment, Situation
from rules.workload import capacity_of, hours_of

# What every tutor is looked at with: a look at which an hour and a day have ended. Sessions have none today.
NOW = tuple(Moment(trigger=it) for it in (Trigger.SCORE_UPDATED, Trigger.HOURLY, Trigger.DAILY_ROLLUP))
FIRES, WAITS, RUNS = "fires", "waits", "runs"  # beside the reasons of guards


class Figures(BaseModel):
    model_config = ConfigDict(frozen=True)


class Line(Figures):
    """One tutor for whom a rule's condition holds."""

    rule_id: str
    tutor_number: int
    comes_to: str  # fires, waits (for its `for`), runs (has fired already), or what holds it back
    says: str
    at: datetime | None = None  # when a waiting one may fire, if its condition goes on


class RuleToday(Figures):
    """One rule today. `comes_to` counts the tutors for whom its condition holds."""

    rule_id: str
    says: str
    status: Status
    of_sessions: bool  # looked at with a session only, so nothing can be said today
    holds: int
    comes_to: dict[str, int]
    newly: tuple[int, ...]  # tutors for whom it holds and did not under the policy it is compared with
    no_longer: tuple[int, ...]


class GroupLoad(Figures):
    """The cases that would be opened today for one owner group, in hours, beside its hours of a week."""

    owner_group: OwnerGroup
    cases: int
    hours: float
    capacity: float


class DryRun(Figures):
    """A policy on the facts of now beside the one that is judged by."""

    as_of: datetime
    tutors: int
    rules: tuple[RuleToday, ...]
    lines: tuple[Line, ...]
    load: tuple[GroupLoad, ...]
    load_before: tuple[GroupLoad, ...]  # of the policy it is compared with


def dry_run(
    new: Book,
    old: Book,
    situations: Sequence[Situation],
    *,
    as_of: datetime,
    staff: Mapping[OwnerGroup, int],
) -> DryRun:
    """Judge everybody as they stand by both policies. Nothing is kept, and nothing begins."""
    after, before = _Today(new, situations), _Today(old, situations)
    ids = sorted(rule.id for rule in (*new.rules, *old.rules) if rule.is_judged)
    return DryRun(
        as_of=as_of,
        tutors=len(situations),
        rules=tuple(_rule(rule_id, after, before) for rule_id in dict.fromkeys(ids)),
        lines=tuple(sorted(after.lines, key=lambda line: (line.rule_id, line.tutor_number))),
        load=tuple(after.load(staff)),
        load_before=tuple(before.load(staff)),
    )


class _Today:
    """Everybody judged by one book, on the facts of now."""

    def __init__(self, book: Book, situations: Iterable[Situation]) -> None:
        self.rules = {rule.id: rule for rule in book.rules if rule.is_judged}
        self.lines: list[Line] = []
        self._opened: list[Decision] = []
        matcher = PlainEngine(book.conditions)
        for situation in situations:
            asked = _afresh(situation)
            judgement = judge(book, asked, matcher=matcher)
            self.lines += _lines(book, asked, judgement)
            self._opened += [made for made in judgement.decisions if _opens(made)]

    def holds_for(self, rule_id: str) -> set[int]:
        """The tutors for whom a rule's condition holds."""
        return {line.tutor_number for line in self.lines if line.rule_id == rule_id}

    def load(self, staff: Mapping[OwnerGroup, int]) -> Iterable[GroupLoad]:
        """What it would open today, for each group."""
        spent: defaultdict[OwnerGroup, list[float]] = defaultdict(list)
        for made in self._opened:
            assert made.programme is not None
            if hours := hours_of(made.programme, made.task):
                spent[made.owner_group].append(hours)
        for group, capacity in capacity_of(staff).items():
            hours = round(sum(spent[group]), 2)
            yield GroupLoad(owner_group=group, cases=len(spent[group]), hours=hours, capacity=capacity)


def _afresh(situation: Situation) -> Situation:
    """At the moments of now; what stands recorded as held back is to be told again."""
    states = {rule: state.model_copy(update={"held": ""}) for rule, state in situation.states.items()}
    free: dict[str, object] = {
        "rationed": (),
        "places": {},
    }  # the hours it would take stand beside those that there are
    return situation.model_copy(update={"moments": NOW, "states": states, **free})


def _opens(made: Decision) -> bool:
    return made.verdict is Verdict.FIRE and made.status is Status.ACTIVE and made.case_id is not None


def _lines(book: Book, situation: Situation, judgement: Judgement) -> Iterable[Line]:
    sheet = clean(situation.facts, book.fields).sheet
    decided = {made.rule_id: made for made in judgement.decisions}
    for rule in book.rules:
        if rule.is_judged and not rule.once_per and truth(rule.when, sheet):
            yield _line(rule, situation, judgement, decided.get(rule.id))


def _line(rule: Rule, situation: Situation, judgement: Judgement, made: Decision | None) -> Line:
    told = {"rule_id": rule.id, "tutor_number": situation.tutor_number}
    if made is not None and made.verdict in {Verdict.FIRE, Verdict.SUPPRESSED}:
        fires = made.verdict is Verdict.FIRE
        return Line(**told, comes_to=FIRES if fires else made.reason, says=made.sentence)
    state = judgement.states.get(rule.id) or situation.states.get(rule.id)
    if state is not None and state.opened_at is None and state.true_for < rule.lasting:
        at = situation.as_of + rule.lasting - state.true_for
        return Line(**told, comes_to=WAITS, says="It has not lasted long enough yet.", at=at)
    if rule.tells:
        return Line(**told, comes_to=RUNS, says="It tells an open case once; there is none to be told.")
    return Line(**told, comes_to=RUNS, says="It has fired already and is not settled yet.")


def _rule(rule_id: str, after: _Today, before: _Today) -> RuleToday:
    rule = after.rules.get(rule_id) or before.rules[rule_id]
    now, then = after.holds_for(rule_id), before.holds_for(rule_id)
    return RuleToday(
        rule_id=rule_id,
        says=rule.says,
        status=rule.status if rule_id in after.rules else Status.RETIRED,
        of_sessions=bool(rule.once_per),
        holds=len(now),
        comes_to=dict(sorted(Counter(it.comes_to for it in after.lines if it.rule_id == rule_id).items())),
        newly=tuple(sorted(now - then)),
        no_longer=tuple(sorted(then - now)),
    )
