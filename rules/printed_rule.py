"""One rule and one segment as people read them: a part of docs/rulebook.md, and of whatever shows a rule."""

from collections.abc import Iterator
from datetime import timedelta

from retention.policy import TASK_POLICIES
from retention.programmes.planned import PLANNED
from rules.book import DuringLeave, InPlan, Override, Rule, Segment, Start, Status
from rules.fields import Fields
from rules.phrases import in_lines, in_words, is_short, kind, plain, spoken_length


def rule_lines(rule: Rule, fields: Fields) -> Iterator[str]:
    """A rule under its heading."""
    yield f"\n### {rule.id}\n\n{rule.says}\n"
    standing = standing_of(rule)
    if standing:
        yield f"*{standing}*\n"
    yield from _condition_lines(rule, fields)
    for name, text in parts_of(rule, fields):
        yield f"- **{name}:** {text}"
    yield f"- **Owner and source:** {plain(rule.owner)}; {rule.source}"


def parts_of(rule: Rule, fields: Fields) -> list[tuple[str, str]]:
    """What a rule says besides its condition: how long, how often, what it does and how it ends."""
    return [*_times(rule), *_consequences(rule, fields)]


def segment_lines(segment: Segment, fields: Fields) -> Iterator[str]:
    """A segment under its heading."""
    yield f"\n### {segment.name}\n\n{segment.says}\n"
    yield from in_lines(segment.when, fields)
    yield f"- **Id and source:** `{segment.id}`; {segment.source}"


def standing_of(rule: Rule) -> str:
    """Why a rule does not act, or nothing when it does."""
    if rule.status is Status.SHADOW:
        waits = rule.then is not None and rule.then.programme in PLANNED
        why = f", as no workflow carries {plain(rule.start.programme)} yet" if waits else ""
        return f"On trial (shadow): judged and recorded, and starts nothing{why}."
    if rule.status is Status.DRAFT:
        return "A draft: not judged."
    return "Retired: no longer judged." if rule.status is Status.RETIRED else ""


def _condition_lines(rule: Rule, fields: Fields) -> Iterator[str]:
    if is_short(rule.when):
        yield f"- **Fires when:** {in_words(rule.when, fields)}"
        return
    yield f"- **Fires when {kind(rule.when)} hold:**"
    yield from list(in_lines(rule.when, fields))[1:]


def _times(rule: Rule) -> Iterator[tuple[str, str]]:
    if rule.lasting:
        yield "For", spoken_length(rule.lasting)
    yield "Looked at", ", ".join(plain(trigger) for trigger in rule.triggers)
    if rule.once_per:
        yield "At most", "once for each session"
    if rule.bands:
        yield "In the plan of", ", ".join(rule.bands)
    elif rule.plan is InPlan.IGNORE:
        yield "Plan", "its own condition is enough, whatever the plan says"
    for one in rule.cooldowns:
        group = "" if one.group == rule.id else f", counted with all rules of “{one.group}”"
        yield "Rests", f"after {one.max} in {spoken_length(one.within)}{group}"


def _consequences(rule: Rule, fields: Fields) -> Iterator[tuple[str, str]]:
    then = rule.then
    if then is not None and then.tells:
        told = plain(then.programme)
        yield "Adds to", f"the tutor's open case of {told}, once for each; opens none itself"
        return
    if rule.signal is not None:
        points = f", {rule.signal.points} points of the component score" if rule.signal.points else ""
        yield "Gives the signal", f"{plain(rule.signal.pattern)}{points}; starts nothing"
    if rule.alert is not None:
        yield "Raises an alert", f"{rule.alert.category}, {rule.alert.severity}: {rule.alert.advice}"
    if then is not None:
        yield "Opens", _opens(then)
        yield from ((f"If also {in_words(it.when, fields)}", _changes(it)) for it in rule.overrides)
    yield from _ends(rule, fields)
    if then is not None:
        yield from _beside(rule)


def _ends(rule: Rule, fields: Fields) -> Iterator[tuple[str, str]]:
    if not rule.once_per:
        settled = "it no longer holds" if rule.resolve_when is None else in_words(rule.resolve_when, fields)
        yield "Settled when", settled
    if rule.again_after:
        yield "Again", f"{spoken_length(rule.again_after)} after it fired, while it still holds"
    if rule.escalate:
        yield "Escalates", f"to {plain(rule.escalate.to)} after {spoken_length(rule.escalate.after)}"
    yield "During leave", "goes on" if rule.during_leave is DuringLeave.GO_ON else "waits"


def _beside(rule: Rule) -> Iterator[tuple[str, str]]:
    if rule.alert is not None:
        yield "When that has to wait", "the alert is raised all the same, and the case opens once it may"
    if rule.unless_open:
        yield "Not beside an open case of", ", ".join(plain(it) for it in rule.unless_open)


def _opens(then: Start) -> str:
    what = plain(then.task or then.programme)
    given = "".join(f", {_given(name, value)}" for name, value in then.parameters.items())
    opened = f"{what} for {plain(then.owner_group)}, priority {then.priority}{given}"
    return f"{opened}, {_due(then.policy)}" if then.policy else opened


def _given(name: str, value: object) -> str:
    if isinstance(value, timedelta):
        return f"{spoken_length(value)} later"
    return f"{plain(name)} “{value}”"


def _changes(override: Override) -> str:
    changes = [
        f"priority {override.priority}" if override.priority is not None else "",
        f"for {plain(override.owner_group)}" if override.owner_group else "",
        _due(override.policy) if override.policy else "",
    ]
    return ", ".join(filter(None, changes))


def _due(task_policy: str) -> str:
    days = TASK_POLICIES[task_policy].business_days
    return f"due in {days:g} business {'day' if days == 1 else 'days'}"
