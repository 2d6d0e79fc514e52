"""What is kept of a judgement, so that the tutor can be judged again later as it was known then.

A look at which nothing happened and nothing had changed is not kept: judged again, it changes nothing either.
Whether something has changed is read from a digest of everything that a judgement hangs on: how each
comparison of the book came out, every fact that is no number, and all else that guards are told.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from retention.vocabulary import Trigger
from rules.book import Book, Rule
from rules.conditions import Leaf, Part, leaves
from rules.fields import Fields, FieldScope, Sheet, Value, clean
from rules.reference import leaf_truth, truth
from rules.situation import Frozen, Judgement, Moment, Situation
from rules.state import RuleState

OF_THE_LOOK = frozenset({"tutor_number", "as_of", "facts", "moments", "states"})
TRUTHS = {True: "t", False: "f", None: "u"}


class Look(Frozen):
    """One judgement of one tutor: what it was given, and the states that it left."""

    moments: tuple[Moment, ...]
    facts: dict[str, Value] | None  # of the tutor, clean; None: nothing has changed since the look before
    circumstances: dict[str, Any]  # the rest of the situation, as JSON
    states: dict[str, RuleState]  # those that changed
    standing: str  # digest of what the judgement hung on
    holds: tuple[str, ...]  # rules about a tutor, and no one session, whose condition was true


@dataclass(frozen=True)
class Watch:
    """What is looked out for: the comparisons of one or more books, and the first one's rules."""

    comparisons: tuple[Leaf, ...]
    rules: tuple[Rule, ...]
    fields: Fields


def watch(book: Book, *others: Book) -> Watch:
    """What to look out for when judging by `book`, so that `others` can be tried on the same looks."""
    asked = {leaf for one in (book, *others) for leaf in _of_the_tutor(one)}
    comparisons = tuple(sorted(asked, key=lambda leaf: (leaf.field, leaf.op, str(leaf.value))))
    lasting = tuple(rule for rule in book.rules if rule.is_judged and not rule.once_per)
    return Watch(comparisons, lasting, book.fields)


def _of_the_tutor(book: Book) -> Iterator[Leaf]:
    for condition in book.conditions.values():
        for leaf in leaves(condition):
            if book.fields[leaf.field].scope is FieldScope.TUTOR:
                yield leaf


def look_at(situation: Situation, judgement: Judgement, watched: Watch, *, before: str | None) -> Look | None:
    """What is to be kept of a judgement; None: nothing. `before`: the standing of the tutor's last look."""
    if not situation.moments:  # no rule was looked at
        return None
    sheet = clean(situation.facts, watched.fields).sheet
    rest = situation.model_dump(mode="json", exclude=set(OF_THE_LOOK), exclude_defaults=True)
    standing = _digest(sheet, watched.comparisons, rest)
    happened = bool(judgement.decisions or judgement.states)
    if not happened and standing == before and not any(map(_is_kept, situation.moments)):
        return None
    daily = any(moment.trigger is Trigger.DAILY_ROLLUP for moment in situation.moments)
    return Look(
        moments=tuple(_cleaned(moment, watched.fields) for moment in situation.moments),
        facts=sheet if happened or daily or standing != before else None,
        circumstances=rest,
        states=judgement.states,
        standing=standing,
        holds=tuple(sorted(_holding(watched.rules, sheet))),
    )


def _cleaned(moment: Moment, fields: Fields) -> Moment:
    return moment.model_copy(update={"known_at": None, "facts": clean(moment.facts, fields).sheet})


def _is_kept(moment: Moment) -> bool:
    """A day's end is kept for the tests of drafts, and a session's own facts are kept nowhere else."""
    return moment.session_id is not None or moment.trigger is Trigger.DAILY_ROLLUP


def _holding(rules: Iterable[Rule], sheet: Sheet) -> Iterator[str]:
    return (rule.id for rule in rules if truth(rule.conditions[rule.id, Part.WHEN], sheet))


def _digest(sheet: Sheet, comparisons: Iterable[Leaf], rest: dict[str, Any]) -> str:
    truths = "".join(TRUTHS[leaf_truth(leaf, sheet)] for leaf in comparisons)
    words = {name: value for name, value in sheet.items() if isinstance(value, str | bool)}
    told = json.dumps([truths, words, rest], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]
