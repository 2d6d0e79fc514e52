"""What trying a version has found, in the order in which people look at it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retention.records import rulebook_figures
from retention.records.database import Session
from retention.records.rulebook_tryouts import RulebookTryout
from retention.vocabulary import TryoutState
from rules.backtest_report import Difference, Report, RuleFigures, WeekLoad
from rules.dry_run import DryRun, GroupLoad, Line, RuleToday

MOST_LINES = 30  # tutors of one rule that are named; the command line tells all
MOST_DIFFERENCES = 60
MOST_OVERLAPS = 10
RUNNING = frozenset({TryoutState.ASKED, TryoutState.CHECKING, TryoutState.TODAY, TryoutState.PAST})
STEPS = (
    (TryoutState.CHECKING, "Its check, in a process of its own"),
    (TryoutState.TODAY, "Everybody as they stand today"),
    (TryoutState.PAST, "The past, judged again"),
)
ORDER = [*TryoutState]


@dataclass(frozen=True)
class Mark:
    """One step of trying: done, now, skipped or next."""

    words: str
    state: str


@dataclass(frozen=True)
class Today:
    """A rule today, and the tutors of whom it holds, those who are new first."""

    rule: RuleToday
    lines: Sequence[Line]
    more: int


@dataclass(frozen=True)
class Both:
    """One rule over the past: by the version that is tried, and by the one it is compared with."""

    rule_id: str
    new: RuleFigures | None
    old: RuleFigures | None
    differs: bool


@dataclass(frozen=True)
class Tryout:
    """A try of a version as the page shows it."""

    row: RulebookTryout
    running: bool
    marks: Sequence[Mark]
    dry_run: DryRun | None
    today: Sequence[Today]  # rules for which something differs
    loads: Sequence[tuple[GroupLoad, GroupLoad]]  # now beside before
    backtest: Report | None
    rules: Sequence[Both]
    weeks: Sequence[tuple[WeekLoad, WeekLoad]]
    differences: Sequence[Difference]
    more_differences: int
    names: Mapping[int, str]


def shown_tryout(session: Session, row: RulebookTryout | None) -> Tryout | None:
    """What was found so far; None: the version was never tried."""
    if row is None:
        return None
    dry = DryRun.model_validate(row.dry_run) if row.dry_run else None
    past = Report.model_validate(row.backtest) if row.backtest else None
    today = [_today(rule, dry) for rule in dry.rules if rule.newly or rule.no_longer] if dry else []
    differences = past.differences[:MOST_DIFFERENCES] if past else ()
    return Tryout(
        row=row,
        running=row.state in RUNNING,
        marks=marks_of(TryoutState(row.state), dry is not None),
        dry_run=dry,
        today=today,
        loads=list(zip(dry.load, dry.load_before, strict=True)) if dry else [],
        backtest=past,
        rules=list(both_of(past)) if past else [],
        weeks=list(_weeks(past)) if past else [],
        differences=differences,
        more_differences=len(past.differences) - len(differences) if past else 0,
        names=rulebook_figures.tutor_names(session, _named(today, differences)),
    )


def _named(today: Iterable[Today], differences: Iterable[Difference]) -> set[int]:
    found = {line.tutor_number for one in today for line in one.lines}
    found |= {number for one in today for number in one.rule.no_longer[:MOST_LINES]}
    return found | {one.tutor_number for one in differences}


def marks_of(state: TryoutState, has_dry_run: bool) -> list[Mark]:
    """How far a try has come; what a failed one did not come to is left out."""
    if state is TryoutState.FAILED:
        reached = 2 if has_dry_run else 0
        return [Mark(words, "done" if at < reached else "skipped") for at, (_, words) in enumerate(STEPS)]
    come = ORDER.index(state)
    return [
        Mark(words, "done" if ORDER.index(step) < come else "now" if step is state else "next")
        for step, words in STEPS
    ]


def _today(rule: RuleToday, dry: DryRun) -> Today:
    newly = set(rule.newly)
    lines = [line for line in dry.lines if line.rule_id == rule.rule_id]
    ordered = sorted(lines, key=lambda line: (line.tutor_number not in newly, line.tutor_number))
    return Today(rule, ordered[:MOST_LINES], max(0, len(lines) - MOST_LINES))


def both_of(past: Report) -> Iterable[Both]:
    """The rules that fired or were held back under either version; those that differ first."""
    new, old = ({rule.rule_id: rule for rule in side.rules} for side in (past.new, past.old))
    found = [_both(rule_id, new.get(rule_id), old.get(rule_id)) for rule_id in new.keys() | old.keys()]
    told = [one for one in found if any(it and (it.fires or it.held_back) for it in (one.new, one.old))]
    return sorted(told, key=lambda one: (not one.differs, one.rule_id))


def _both(rule_id: str, new: RuleFigures | None, old: RuleFigures | None) -> Both:
    figures = ("fires", "tutors", "cases", "left_out", "escalations", "held_back", "foresight")
    told: list[Any] = [[getattr(it, name) for name in figures] if it else None for it in (new, old)]
    return Both(rule_id, new, old, told[0] != told[1])


def _weeks(past: Report) -> Iterable[tuple[WeekLoad, WeekLoad]]:
    """Each week of each owner group that has any work, or hours for it."""
    for new, old in zip(past.new.weeks, past.old.weeks, strict=True):
        if new.cases or old.cases or new.capacity:
            yield new, old
