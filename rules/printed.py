"""The rulebook as a page for people: docs/rulebook.md is printed from the book, never written by hand."""

from collections.abc import Iterator
from datetime import timedelta

from retention import policy
from retention.policy import TASK_POLICIES
from retention.programmes.entry import ProgrammeTraits
from retention.programmes.planned import PLANNED
from retention.programmes.registry import TRAITS
from rules.arbiter import OF_ALERTS, ORDER
from rules.book import All, Any, Book, Condition, DuringLeave, Leaf, Op, Rule, Start, WithOpenCase, leaves
from rules.fields import Field, Fields, expected
from rules.reference import spoken

HEAD = """# The rulebook

Printed from `rules/book/*.yaml` and `rules/fields.yaml` by `python -m rules docs`; a test keeps it current.

A rule is looked at only at its moments. A fact that is not known makes no comparison true, so a rule never
fires on missing data. While a case is open, the rule does not fire again; it may when the case's cause has
ended and come back. What is held back is recorded with the reason.

To change a rule, edit its file, then run `python -m rules check` (all mistakes at once, each with file, line
and column) and `python -m rules test` (the tests that stand beside the rules).
"""
COMPARED = {
    Op.LT: "below",
    Op.LTE: "at most",
    Op.GT: "above",
    Op.GTE: "at least",
    Op.EQ: "is",
    Op.NE: "is not",
}


def page(book: Book) -> str:
    """The whole page as Markdown."""
    return "\n".join([HEAD, *_bands(book), *_guards(), *_rules(book), *_facts(book.fields)]) + "\n"


def _bands(book: Book) -> Iterator[str]:
    yield f"Version {book.version}.\n\n## Bands of the churn score\n\n| Band | Score |\n| --- | --- |"
    low = 0
    for band, high in book.bands.items():
        yield f"| {band.capitalize()} | {low}–{high} |"
        low = high + 1


def _guards() -> Iterator[str]:
    yield "\n## What holds a firing back\n\nAsked in this order; the first that objects is recorded.\n"
    for number, guard in enumerate(ORDER, 1):
        yield f"{number}. **{_word(guard.__name__).capitalize()}.** {guard.__doc__}"
    some = ", ".join(_word(guard.__name__) for guard in OF_ALERTS)
    yield f"\nAn alert is held back by these alone: {some}. It stands beside any case."
    columns = (
        "Programme | Carried | Needs people | Rests after it has acted | In the mail budget | Left out by lot"
    )
    yield f"\n| {columns} |\n| --- | --- | --- | --- | --- | --- |"
    yield from (_programme(entry, carried=it not in PLANNED) for it, entry in TRAITS.items())
    window, most = spoken_length(policy.OPTIONAL_MAIL_WINDOW), policy.OPTIONAL_MAILS
    yield f"\nThe mail budget of a tutor is {most} optional letters in {window}."


def _programme(entry: ProgrammeTraits, *, carried: bool) -> str:
    rest = spoken_length(entry.rest) if entry.rest else "–"
    people, mail = ("yes" if it else "–" for it in (entry.needs_people, entry.optional_mail))
    lot = f"{entry.holdout:.0%} of tutors" if entry.holdout else "–"
    return f"| {entry.name} | {'yes' if carried else 'not yet'} | {people} | {rest} | {mail} | {lot} |"


def _rules(book: Book) -> Iterator[str]:
    yield "\n## Rules"
    for rule in sorted(book.rules, key=lambda it: it.id):
        yield f"\n### {rule.id}\n\n{rule.says}\n"
        yield from (f"- **{name}:** {text}" for name, text in _lines(rule, book.fields))


def _lines(rule: Rule, fields: Fields) -> Iterator[tuple[str, str]]:
    yield "Fires when", in_words(rule.when, fields)
    if rule.lasting:
        yield "For", spoken_length(rule.lasting)
    yield "Looked at", ", ".join(_word(trigger) for trigger in rule.triggers)
    if rule.once_per:
        yield "At most", "once for each session"
    if rule.bands:
        yield "At risk bands", ", ".join(rule.bands)
    for one in rule.cooldowns:
        group = "" if one.group == rule.id else f", counted with all rules of “{one.group}”"
        yield "Rests", f"after {one.max} in {spoken_length(one.within)}{group}"
    yield from _consequences(rule, fields)
    yield from _overrides(rule, fields)
    yield "Owner, status, source", f"{_word(rule.owner)}; {rule.status}; {rule.source}"


def _consequences(rule: Rule, fields: Fields) -> Iterator[tuple[str, str]]:
    then = rule.then
    if then is not None and then.tells:
        yield (
            "Adds to",
            f"the tutor's open case of {_word(then.programme)}, once for each; opens none itself",
        )
        return
    if rule.signal is not None:
        points = f", {rule.signal.points} points of the component score" if rule.signal.points else ""
        yield "Gives the signal", f"{_word(rule.signal.pattern)}{points}; starts nothing"
    if rule.alert is not None:
        yield "Raises an alert", f"{rule.alert.category}, {rule.alert.severity}: {rule.alert.advice}"
    if not rule.once_per:
        settled = "it no longer holds" if rule.resolve_when is None else in_words(rule.resolve_when, fields)
        yield "Settled when", settled
    if rule.again_after:
        yield "Again", f"{spoken_length(rule.again_after)} after it fired, while it still holds"
    if rule.escalate:
        yield "Escalates", f"to {_word(rule.escalate.to)} after {spoken_length(rule.escalate.after)}"
    yield "During leave", "goes on" if rule.during_leave is DuringLeave.GO_ON else "waits"
    if then is not None:
        yield from _case(rule, then)


def _overrides(rule: Rule, fields: Fields) -> Iterator[tuple[str, str]]:
    for one in rule.overrides:
        changes = [
            f"priority {one.priority}" if one.priority is not None else "",
            f"for {_word(one.owner_group)}" if one.owner_group else "",
            _due(one.policy) if one.policy else "",
        ]
        yield f"If also {in_words(one.when, fields)}", ", ".join(filter(None, changes))


def _case(rule: Rule, then: Start) -> Iterator[tuple[str, str]]:
    yield "Opens", _opens(then)
    if rule.alert is not None:
        yield "When that has to wait", "the alert is raised all the same, and the case opens once it may"
    if rule.unless_open:
        yield "Not beside an open case of", ", ".join(_word(it) for it in rule.unless_open)
    if TRAITS[then.programme].needs_people:
        folds = rule.with_open_case is WithOpenCase.FOLD
        yield "While another case is open", "is added to that case" if folds else "waits"


def _opens(then: Start) -> str:
    what = _word(then.task or then.programme)
    given = "".join(f", {_given(name, value)}" for name, value in then.parameters.items())
    opened = f"{what} for {_word(then.owner_group)}, priority {then.priority}{given}"
    return f"{opened}, {_due(then.policy)}" if then.policy else opened


def _given(name: str, value: object) -> str:
    if isinstance(value, timedelta):
        return f"{spoken_length(value)} later"
    return f"{_word(name)} “{value}”"


def _due(task_policy: str) -> str:
    days = TASK_POLICIES[task_policy].business_days
    return f"due in {days:g} business {'day' if days == 1 else 'days'}"


def _facts(fields: Fields) -> Iterator[str]:
    yield "\n## Facts\n\n| Name | Meaning | Value | Known | Seen by | Source |"
    yield "| --- | --- | --- | --- | --- | --- |"
    yield from (_fact(field) for field in fields.values())


def _fact(field: Field) -> str:
    known = (
        "with a session"
        if field.scope == "session"
        else f"while {field.heard} are heard of"
        if field.heard
        else "always"
    )
    return (
        f"| `{field.name}` | {field.says} | {expected(field)} | {known} | {field.audience} | {field.source} |"
    )


def in_words(condition: Condition, fields: Fields) -> str:
    """A condition as a sentence: "Rating of this session below 3 stars"."""
    if isinstance(condition, Leaf):
        field = fields[condition.field]
        return f"{field.says} {COMPARED[condition.op]} {spoken(condition.value, field.unit)}"
    chosen = _chosen(condition)
    if chosen is not None:
        values = [spoken(leaf.value, fields[chosen].unit) for leaf in leaves(condition)]
        return f"{fields[chosen].says} is {' or '.join(values)}"
    joined = " and " if isinstance(condition, All) else " or "
    return joined.join(
        in_words(part, fields) if isinstance(part, Leaf) or _chosen(part) else f"({in_words(part, fields)})"
        for part in condition.parts
    )


def _chosen(condition: Condition) -> str | None:
    """The field of an `in`: alternatives that ask one field for one of several values."""
    if not isinstance(condition, Any):
        return None
    named = {leaf.field for leaf in leaves(condition)}
    plain = all(isinstance(part, Leaf) and part.op is Op.EQ for part in condition.parts)
    return named.pop() if plain and len(named) == 1 else None


def spoken_length(length: timedelta) -> str:
    """7 days, 48 hours, 30 minutes."""
    minutes = round(length.total_seconds() / 60)
    if minutes % 1440 == 0:
        return spoken(minutes // 1440, "days")
    return spoken(minutes // 60, "hours") if minutes % 60 == 0 else spoken(minutes, "minutes")


def _word(word: str) -> str:
    return word.replace("_", " ")
