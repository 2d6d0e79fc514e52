"""What may be wrong with the tests that stand beside a rule or segment, before any of them is run."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from rules.book import CaseTest, Rule, Segment, SeriesTest
from rules.entries import Written
from rules.fields import Fields, clean
from rules.marks import Fault, Path
from rules.wording import meant

MOST_STEPS = 1_000  # of a series: a day each, almost three years

Entry = TypeVar("Entry", Rule, Segment)


def proof_faults(
    one: Written[Entry], cases: Sequence[CaseTest], series: Sequence[SeriesTest], *, fields: Fields
) -> Iterator[Fault]:
    """Tests that are missing, or that speak of facts that there are not."""
    if {test.fires for test in cases} != {True, False}:
        kinds = (
            "holds and one that does not" if isinstance(one.entry, Segment) else "fires and one that does not"
        )
        yield one.fault(("tests", "cases"), f"needs a case that {kinds}")
    if isinstance(one.entry, Rule):
        yield from _override_faults(one, one.entry)
    for index, case in enumerate(cases):
        yield from _fact_faults(one, case, index=index, fields=fields)
    for index, steps in enumerate(series):
        yield from _series_faults(one, steps, index=index, fields=fields)


def _override_faults(one: Written[Entry], rule: Rule) -> Iterator[Fault]:
    changed = any(override.priority is not None for override in rule.overrides)
    if changed and len({case.priority for case in rule.cases if case.fires} - {None}) < 2:
        said = "an override needs two cases that fire and say their priority, one with it and one without"
        yield one.fault(("tests", "cases"), said)


def _fact_faults(one: Written[Entry], case: CaseTest, *, index: int, fields: Fields) -> Iterator[Fault]:
    path: Path = ("tests", "cases", index, "facts")
    for name in case.facts:
        if name not in fields:
            yield one.fault_of_name((*path, name), f'unknown name "{name}"{meant(name, fields)}')
    for strange in clean(case.facts, fields).strange:
        yield one.fault((*path, strange.split(" ", 1)[0]), strange)


def _series_faults(one: Written[Entry], series: SeriesTest, *, index: int, fields: Fields) -> Iterator[Fault]:
    path: Path = ("tests", "series", index, "facts")
    lengths = {len(steps) for steps in series.facts.values()}
    if len(lengths) > 1:
        yield one.fault(path, "every fact needs the same number of steps")
    if max(lengths) > MOST_STEPS:
        yield one.fault(path, f"more than {MOST_STEPS} steps")
    for name, steps in series.facts.items():
        if name not in fields:
            yield one.fault_of_name((*path, name), f'unknown name "{name}"{meant(name, fields)}')
        for strange in _strange(name, steps, fields):
            yield one.fault((*path, name), strange)


def _strange(name: str, steps: tuple[object, ...], fields: Fields) -> list[str]:
    sheets: list[Mapping[str, object]] = [{name: step} for step in steps]
    return list(dict.fromkeys(strange for sheet in sheets for strange in clean(sheet, fields).strange))
