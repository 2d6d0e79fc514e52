"""Every bound of the shipped book is held from both sides by the tests that stand beside it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from rules.book import Book, Rule, Segment
from rules.booktests import run_tests
from rules.conditions import Condition, Leaf, Op, leaves
from rules.loader import load_book
from rules.phrases import in_words
from rules.ranges import samples
from rules.reference import PlainEngine, truth

NEIGHBOURS = {Op.LT: Op.LTE, Op.LTE: Op.LT, Op.GT: Op.GTE, Op.GTE: Op.GT, Op.EQ: Op.NE, Op.NE: Op.EQ}
BOOK = load_book()


def others(condition: Condition) -> Iterator[Condition]:
    """The condition with one comparison turned into its neighbour, or one part of it left out."""
    if isinstance(condition, Leaf):
        yield Leaf(condition.field, NEIGHBOURS[condition.op], condition.value)
        return
    kind = type(condition)
    for place, part in enumerate(condition.parts):
        before, after = condition.parts[:place], condition.parts[place + 1 :]
        yield from (kind((*before, other, *after)) for other in others(part))
        if before or after:
            yield kind((*before, *after))


def spoken(condition: Condition) -> str:
    return in_words(condition, BOOK.fields)


def changes(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """What might be changed by mistake, in words, and the rule so changed."""
    for it in others(rule.when):
        yield f"when {spoken(it)}", replace(rule, when=it)
    if rule.resolve_when is not None:
        yield "no resolve_when", replace(rule, resolve_when=None)
        for it in others(rule.resolve_when):
            if not settles_alike(rule, it):
                yield f"resolve_when {spoken(it)}", replace(rule, resolve_when=it)
    for override in rule.overrides:
        for it in others(override.when):
            yield f"override {spoken(it)}", replace(rule, overrides=(replace(override, when=it),))
    yield from changed_times(rule)


def settles_alike(rule: Rule, other: Condition) -> bool:
    """Whether a rule would be settled by the same facts: what holds while `when` does settles nothing."""
    assert rule.resolve_when is not None
    asked = [*leaves(rule.when), *leaves(rule.resolve_when), *leaves(other)]
    names = sorted({leaf.field for leaf in asked})
    choices = [
        [None, *samples(BOOK.fields[name], [it for it in asked if it.field == name])] for name in names
    ]
    for values in product(*choices):
        sheet = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        if truth(rule.when, sheet) is not True:
            now, then = truth(rule.resolve_when, sheet), truth(other, sheet)
            if (now is True) is not (then is True):
                return False
    return True


def changed_times(rule: Rule) -> Iterator[tuple[str, Rule]]:
    if rule.lasting:
        yield "for twice as long", replace(rule, lasting=2 * rule.lasting)
    if rule.again_after:
        yield "never again", replace(rule, again_after=timedelta(0))
    for one in rule.cooldowns:
        others = tuple(it for it in rule.cooldowns if it is not one)
        if not any(it.within > one.within and it.max <= one.max for it in others):
            yield f"no rest of {one.within.days} days", replace(rule, cooldowns=others)
    if rule.escalate:
        later = replace(rule.escalate, after=2 * rule.escalate.after)
        yield "escalates later", replace(rule, escalate=later)


def is_noticed(book: Book) -> bool:
    return any(result.wrong for result in run_tests(book, PlainEngine(book.conditions)))


@pytest.mark.parametrize("rule", [rule for rule in BOOK.rules if rule.is_judged], ids=lambda rule: rule.id)
def test_a_change_of_a_rule_is_noticed_by_its_tests(rule: Rule) -> None:
    alone = replace(BOOK, segments=())
    assert [said for said, it in changes(rule) if not is_noticed(replace(alone, rules=(it,)))] == []


@pytest.mark.parametrize("segment", BOOK.segments, ids=lambda segment: segment.id)
def test_a_change_of_a_segment_is_noticed_by_its_tests(segment: Segment) -> None:
    alone = replace(BOOK, rules=())
    changed = [replace(segment, when=it) for it in others(segment.when)]
    assert [spoken(it.when) for it in changed if not is_noticed(replace(alone, segments=(it,)))] == []


def test_the_shipped_tests_pass_as_they_are() -> None:
    assert not is_noticed(BOOK)
