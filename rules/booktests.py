"""The tests that stand in the book beside the rules they are about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from retention.vocabulary import Trigger, Verdict
from rules.book import Book, CaseTest, Rule, SeriesTest, Status
from rules.fields import clean
from rules.guards import Reason
from rules.judge import Matcher, judge
from rules.reference import is_in
from rules.situation import Decision, Judgement, Moment, OpenCase, Situation
from rules.state import PERIODS, RuleState

BEGIN = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)  # any Monday: rules know no calendar


@dataclass(frozen=True)
class TestResult:
    """What became of one test; `wrong` is empty when it passed."""

    rule_id: str
    place: str
    says: str
    wrong: str = ""


def run_tests(book: Book, matcher: Matcher) -> Iterator[TestResult]:
    """Run every test of every judged rule and of the segments. The matcher must hold the same book."""
    for rule in book.rules:
        if rule.is_judged:
            yield from tests_of(book, rule, matcher)
    yield from _segment_results(book)


def tests_of(book: Book, rule: Rule, matcher: Matcher) -> Iterator[TestResult]:
    """Run the tests of one rule of a book: cases, then series. The matcher holds at least this rule."""
    for case in rule.cases:
        yield TestResult(
            rule.id, rule.place, case.says, _wrong_in_case(case, fired_in(book, rule, case, matcher))
        )
    for series in rule.series:
        wrong = _wrong_in_series(series, happened_in(book, rule, series, matcher))
        yield TestResult(rule.id, rule.place, series.says, wrong)


def fired_in(book: Book, rule: Rule, case: CaseTest, matcher: Matcher) -> list[Decision]:
    """The firings of a rule on the facts of a case."""
    judged = _judged(_alone(book, rule), rule, facts=case.facts, matcher=matcher, states=_held_long(rule))
    return [one for one in judged.decisions if _came_to(one) is Verdict.FIRE]


def _alone(book: Book, rule: Rule) -> Book:
    return replace(book, rules=(replace(rule, status=Status.ACTIVE),))


def _wrong_in_case(case: CaseTest, fired: Sequence[Decision]) -> str:
    if bool(fired) is not case.fires:
        return "fires" if fired else "does not fire"
    differing = {one.priority for one in fired} - {case.priority}
    return f"fires with priority {differing.pop()}" if differing and case.priority is not None else ""


def _segment_results(book: Book) -> Iterator[TestResult]:
    for segment in book.segments:
        for case in segment.cases:
            holds = is_in(segment, clean(case.facts, book.fields).sheet)
            wrong = "" if holds is case.fires else "holds" if holds else "does not hold"
            yield TestResult(segment.id, segment.place, case.says, wrong)


def happened_in(book: Book, rule: Rule, series: SeriesTest, matcher: Matcher) -> dict[Verdict, list[int]]:
    """The steps of a series at which a rule fires, escalates and resolves."""
    states: dict[str, RuleState] = {}
    alone = _alone(book, rule)
    happened: dict[Verdict, list[int]] = {Verdict.FIRE: [], Verdict.ESCALATE: [], Verdict.RESOLVE: []}
    for step in range(len(next(iter(series.facts.values())))):
        facts = {name: steps[step] for name, steps in series.facts.items()}
        judged = _judged(
            alone, rule, facts=facts, matcher=matcher, at=BEGIN + step * series.step, states=states
        )
        states |= judged.states
        for one in judged.decisions:
            happened.get(_came_to(one), []).append(step)
    return happened


def _wrong_in_series(series: SeriesTest, happened: Mapping[Verdict, list[int]]) -> str:
    asked = {
        Verdict.FIRE: series.fires_at,
        Verdict.ESCALATE: series.escalates_at,
        Verdict.RESOLVE: series.resolves_at,
    }
    differing = [
        f"{verdict} at {happened[verdict]}, not {list(steps)}"
        for verdict, steps in asked.items()
        if happened[verdict] != list(steps)
    ]
    return "; ".join(differing)


def _judged(
    book: Book,
    rule: Rule,
    *,
    facts: Mapping[str, object],
    matcher: Matcher,
    at: datetime = BEGIN,
    states: dict[str, RuleState] | None = None,
) -> Judgement:
    moment = Moment(trigger=_trigger(rule), session_id="S-1" if rule.once_per else None)
    told = rule.then.programme if rule.then is not None and rule.then.tells else None
    situation = Situation(
        tutor_number=1,
        as_of=at,
        facts=_with_band(book, facts),
        moments=(moment,),
        states=states or {},
        open_cases=(OpenCase(case_id="open", programme=told),) if told else (),
    )
    return judge(book, situation, matcher=matcher)


def _with_band(book: Book, facts: Mapping[str, object]) -> dict[str, Any]:
    """A test that states a score and no band has the band of that score."""
    score = facts.get("churn_score")
    band = next((band for band, edge in book.bands.items() if isinstance(score, int) and score <= edge), None)
    return {"risk_band": band, **facts}


def _held_long(rule: Rule) -> dict[str, RuleState]:
    """A case is about facts that have already held for as long as the rule asks; the clock is for series."""
    return (
        {rule.id: RuleState(digest=rule.digest, last_seen=BEGIN, true_for=rule.lasting)}
        if rule.lasting
        else {}
    )


def _came_to(one: Decision) -> Verdict:
    """A firing is one in either arm of a holdout, and news for an open case is one, too."""
    fires = one.reason in {Reason.HOLDOUT, Reason.FOLDED}
    return Verdict.FIRE if fires else one.verdict


def _trigger(rule: Rule) -> Trigger:
    """The rule's regular trigger where it has one: a series steps through regular looks."""
    return next((it for it in rule.triggers if it in PERIODS), rule.triggers[0])
