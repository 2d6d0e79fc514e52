"""A dry run and a backtest as tables for a terminal."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from rules.backtest_report import Difference, Report, RuleFigures, Side
from rules.dry_run import DryRun

WIDTH = 120
MOST_NAMED = 12  # tutors in one line; --json has them all
MOST_OVERLAPS = 10


def dry_run(found: DryRun) -> None:
    """Rule by rule who would be hit, then the hours."""
    out = Console(width=WIDTH)
    table = Table("rule", "holds for", "comes to", "newly", "no longer", title=_title(found))
    for rule in found.rules:
        holds = "at sessions only" if rule.of_sessions else str(rule.holds)
        table.add_row(
            rule.rule_id, holds, counted(rule.comes_to), numbers(rule.newly), numbers(rule.no_longer)
        )
    out.print(table)
    before = {one.owner_group: one for one in found.load_before}
    for load in found.load:
        was = before[load.owner_group]
        out.print(
            f"{load.owner_group}: {load.cases} cases today, {load.hours:g} h"
            f" (now {was.cases}, {was.hours:g} h), of {load.capacity:g} h a week"
        )


def _title(found: DryRun) -> str:
    return f"{found.tutors} tutors as known at {found.as_of:%-d %B %Y, %H:%M} UTC"


def backtest(found: Report) -> None:
    """Both policies rule by rule, the work week by week, and for whom they differ."""
    out = Console(width=WIDTH)
    out.print(
        f"{found.tutors} tutors, {found.looks} looks, {found.begin:%-d %B %Y} to {found.end:%-d %B %Y};"
        " each figure: this book (the other)"
    )
    out.print(_rules(found))
    out.print(_weeks(found))
    for overlap in sorted(found.new.overlaps, key=lambda one: -one.tutors)[:MOST_OVERLAPS]:
        out.print(f"{overlap.one} and {overlap.other}: {overlap.tutors} tutors in common")
    for line in changes(found.differences):
        out.print(line)


def _rules(found: Report) -> Table:
    names = ("rule", "fires", "tutors", "cases", "held back", "precision", "recall", "days ahead")
    table = Table(*names)
    old = _by_rule(found.old)
    new = _by_rule(found.new)
    for rule_id in sorted(new.keys() | old.keys()):
        one, other = new.get(rule_id), old.get(rule_id)
        table.add_row(
            rule_id,
            _both(one and one.fires, other and other.fires),
            _both(one and one.tutors, other and other.tutors),
            _both(one and one.cases, other and other.cases),
            counted(one.held_back) if one else "",
            *(_both(*pair) for pair in _foresight(one, other)),
        )
    return table


def _by_rule(side: Side) -> dict[str, RuleFigures]:
    return {rule.rule_id: rule for rule in side.rules}


def _foresight(one: RuleFigures | None, other: RuleFigures | None) -> Iterable[tuple[str | None, str | None]]:
    said = [rule.foresight if rule is not None else None for rule in (one, other)]
    yield _pair(_percent(it.precision) if it else None for it in said)
    yield _pair(_percent(it.recall) if it else None for it in said)
    yield _days(one), _days(other)


def _pair(both: Iterable[str | None]) -> tuple[str | None, str | None]:
    one, other = both
    return one, other


def _days(rule: RuleFigures | None) -> str | None:
    return None if rule is None or rule.foresight.lead_days is None else f"{rule.foresight.lead_days:g}"


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{share:.0%}"


def _both(one: object, other: object) -> str:
    if one == other:
        return "–" if one is None else str(one)
    return f"{'–' if one is None else one} ({'–' if other is None else other})"


def _weeks(found: Report) -> Table:
    table = Table("week of", "group", "cases", "hours", "of", title="Work")
    for one, other in zip(found.new.weeks, found.old.weeks, strict=True):
        over = " !" if one.hours > one.capacity else ""
        table.add_row(
            f"{one.week:%-d %b}", one.owner_group, _both(one.cases, other.cases),
            _both(f"{one.hours:g}", f"{other.hours:g}") + over, f"{one.capacity:g}",
        )  # fmt: skip
    return table


def changes(differences: Sequence[Difference]) -> Iterable[str]:
    """By rule: who is newly hit, no longer hit, or hit at other times; tutors by number."""
    for rule_id in sorted({one.rule_id for one in differences}):
        of_rule = [one for one in differences if one.rule_id == rule_id]
        kinds = {
            "newly hit": [one.tutor_number for one in of_rule if not one.before],
            "no longer hit": [one.tutor_number for one in of_rule if not one.after],
            "at other times": [one.tutor_number for one in of_rule if one.before and one.after],
        }
        said = (f"{kind}: {numbers(named)}" for kind, named in kinds.items() if named)
        yield f"{rule_id}: {'; '.join(said)}"


def counted(counts: dict[str, int]) -> str:
    """fires 3, plan 2."""
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in Counter(counts).most_common())


def numbers(tutors: Sequence[int]) -> str:
    """The first of them by number, and how many more there are."""
    if not tutors:
        return ""
    more = f" and {len(tutors) - MOST_NAMED} more" if len(tutors) > MOST_NAMED else ""
    return f"{len(tutors)} ({', '.join(map(str, tutors[:MOST_NAMED]))}{more})"
