"""What a well-formed rulebook may still get wrong: rules that contradict, never fire, or cannot be known."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TypeVar

from retention.policy import BAND_UPPER_EDGES
from retention.vocabulary import RiskBand, Trigger
from rules.book import Rule, Segment
from rules.compile import CannotCompile, dnf
from rules.conditions import All, Condition, Part, leaves
from rules.conflict_table import conflict_faults
from rules.consequences import consequence_faults
from rules.entries import Written, rules_of, segments_of
from rules.fields import Fields, FieldScope
from rules.marks import Document, Fault, Path
from rules.proofs import proof_faults
from rules.ranges import impossible, is_always_true
from rules.wording import meant

OF_A_SESSION = frozenset(
    {Trigger.SESSION_COMPLETED, Trigger.FEEDBACK_RECEIVED, Trigger.NO_SHOW, Trigger.RESCHEDULE}
)
REGULAR = frozenset({Trigger.HOURLY, Trigger.DAILY_ROLLUP})
HEAD = ("ruleset", "version", "bands", "plans")  # all in one file of the book
Entry = TypeVar("Entry", Rule, Segment)


def faults_in(documents: list[Document], fields: Fields) -> Iterator[Fault]:
    """Everything that the shape alone does not show, of what is whole in shape."""
    rules = [one for document in documents for one in rules_of(document)]
    segments = [one for document in documents for one in segments_of(document)]
    yield from _head_faults(documents)
    yield from conflict_faults(documents)
    yield from _doubled(rules)
    yield from _doubled(segments)
    for one in rules:
        for (_, part), condition in one.entry.conditions.items():
            yield from _condition_faults(one, (part,), condition, fields=fields)
        yield from _against_when(one, fields)
        yield from _moment_faults(one, fields)
        yield from consequence_faults(one, fields)
        yield from proof_faults(one, one.entry.cases, one.entry.series, fields=fields)
    for segment in segments:
        yield from _condition_faults(segment, ("when",), segment.entry.when, fields=fields)
        yield from _segment_faults(segment, fields)
        yield from proof_faults(segment, segment.entry.cases, (), fields=fields)


def _head_faults(documents: list[Document]) -> Iterator[Fault]:
    trees = [(it, it.value) for it in documents if isinstance(it.value, dict)]
    heads = [(document, tree) for document, tree in trees if set(HEAD) & set(tree)]
    if not heads:
        if not any(len(path) <= 1 for document in documents for path in document.broken):
            yield documents[0].fault((), "no file of the book holds its ruleset, version, bands and plans")
        return
    (first, head), *others = heads
    for document, tree in others:
        name = next(name for name in HEAD if name in tree)
        yield document.fault_of_name(
            (name,), f"{name} belongs into {first.file}, where the head of the book is"
        )
    for name in HEAD:
        if name not in head:
            yield first.fault((), f'"{name}" is missing')
    if first.is_whole(("bands",)) and "bands" in head:
        yield from _band_faults(first, head["bands"])
    if first.is_whole(("plans",)) and "plans" in head:
        yield from _plan_faults(first, head["plans"], known=_names([tree for _, tree in trees]))


def _band_faults(head: Document, bands: Mapping[str, int]) -> Iterator[Fault]:
    edges = [bands[band] for band in RiskBand]
    if edges != sorted(set(edges)):
        yield head.fault(("bands",), "each band must end above the one before it")
    if edges[-1] != 100:
        yield head.fault(
            ("bands", RiskBand.CRITICAL), "the last band must end at 100, or some scores have no band"
        )
    if tuple(edges[:-1]) != BAND_UPPER_EDGES:
        yield head.fault(("bands",), f"the score is banded at {BAND_UPPER_EDGES} (retention/policy.py)")


def _names(trees: list[dict[str, object]]) -> set[str]:
    """What a plan may name: the ids of all rules, also of those that cannot be read, and their codes."""
    entries = [entry for tree in trees if isinstance(rules := tree.get("rules"), list) for entry in rules]
    ids = {str(entry.get("id")) for entry in entries if isinstance(entry, dict)}
    return ids | {rule_id.split(".")[0] for rule_id in ids}


def _plan_faults(head: Document, plans: Mapping[str, list[str]], *, known: set[str]) -> Iterator[Fault]:
    for band, steps in plans.items():
        for place, step in enumerate(steps):
            if step not in known:
                said = f"no rule of the book is called {step}{meant(step, known)}"
                yield head.fault(("plans", band, place), said)


def _doubled(written: list[Written[Entry]]) -> Iterator[Fault]:
    first: dict[str, Written[Entry]] = {}
    for one in written:
        if one.entry.id in first:
            yield one.fault(("id",), f"the id is already taken at {first[one.entry.id].entry.place}")
        first.setdefault(one.entry.id, one)


def _condition_faults(
    one: Written[Entry], path: Path, condition: Condition, *, fields: Fields
) -> Iterator[Fault]:
    for leaf in leaves(condition):
        share = fields[leaf.field].unit == "percent" and isinstance(leaf.value, int | float)
        if share and 0 < float(leaf.value) < 1:
            hint = f"percent go from 0 to 100 here, did you mean {100 * float(leaf.value):g}?"
            yield one.fault(path, f"{leaf.field} {leaf.op} {leaf.value}: {hint}")
    try:
        yield from _possibility_faults(one, path, condition, fields=fields)
    except CannotCompile as fault:
        yield one.fault(path, str(fault))


def _possibility_faults(
    one: Written[Entry], path: Path, condition: Condition, *, fields: Fields
) -> Iterator[Fault]:
    groups = dnf(condition)
    never = impossible(condition, fields)
    if never and len(never) == len(groups):
        yield one.fault(path, "this can never be true")
    elif never:
        named = ", ".join(f"{leaf.field} {leaf.op} {leaf.value}" for leaf in never[0])
        yield one.fault(path, f"one alternative can never be true: {named}")
    if _always(condition, fields):
        yield one.fault(path, "this is true whatever the facts are")


def _always(condition: Condition, fields: Fields) -> bool:
    try:
        return is_always_true(condition, fields)
    except CannotCompile:  # the opposite has too many alternatives to look through
        return False


def _against_when(one: Written[Rule], fields: Fields) -> Iterator[Fault]:
    """What must, or must not, be possible while the rule's own condition holds."""
    rule = one.entry
    if rule.resolve_when is not None and not _excluded(rule.when, rule.resolve_when, fields):
        said = (
            "this and when can be true at once, so the rule would be settled while it fires: put each bound "
            "on the other side of the one in when"
        )
        yield one.fault((Part.RESOLVE,), said)
    for place, override in enumerate(rule.overrides):
        path = ("override",) if one.names("override", "when") else ("override", place)
        yield from _condition_faults(one, (*path, "when"), override.when, fields=fields)
        if _excluded(rule.when, override.when, fields):
            yield one.fault((*path, "when"), "this can never be true while when is")


def _excluded(one: Condition, two: Condition, fields: Fields) -> bool:
    """Whether two conditions can never be true at once; True also where there is too much to look through."""
    both = All((one, two))
    try:
        return len(impossible(both, fields)) == len(dnf(both))
    except CannotCompile:
        return False


def _moment_faults(one: Written[Rule], fields: Fields) -> Iterator[Fault]:
    rule, triggers = one.entry, set(one.entry.triggers)
    asked = [*rule.conditions.values(), *(override.when for override in rule.overrides)]
    spoken = {leaf.field for it in asked for leaf in leaves(it)}
    of_session = sorted(name for name in spoken if fields[name].scope is FieldScope.SESSION)
    others = sorted(triggers - OF_A_SESSION)
    if of_session and others:
        yield one.fault(("trigger",), f"{of_session[0]} is known only with a session, not at {others[0]}")
    elif of_session and not rule.once_per:
        yield one.fault((), "a rule about one session must say once_per: session_id")
    if rule.once_per and others:
        yield one.fault(("once_per",), f"there is no session at {others[0]}")
    if rule.once_per and (rule.lasting or rule.resolve_when or rule.escalate or rule.again_after):
        yield one.fault(("once_per",), "cannot be combined with for, resolve_when, escalate or again_after")
    if (rule.lasting or rule.escalate) and not triggers & REGULAR:
        yield one.fault(("trigger",), "for and escalate need an hourly or daily_rollup trigger to be counted")
    elif rule.lasting:
        yield from _clock_faults(one)


def _clock_faults(one: Written[Rule]) -> Iterator[Fault]:
    """`for` is counted at regular looks alone, in whole steps of them."""
    rule, others = one.entry, sorted(set(one.entry.triggers) - REGULAR)
    if others:
        said = f"for is counted by the hour or the day, and not at {others[0]}: only hourly and daily_rollup"
        yield one.fault(("trigger",), said)
    if Trigger.HOURLY not in rule.triggers and rule.lasting % timedelta(days=1):
        said = (
            "with daily_rollup it is counted by the day: say whole days such as 2d, or add hourly to trigger"
        )
        yield one.fault(("for",), said)
    elif rule.lasting % timedelta(hours=1):
        yield one.fault(("for",), "it is counted by the hour: say whole hours such as 2h")


def _segment_faults(one: Written[Segment], fields: Fields) -> Iterator[Fault]:
    for leaf in leaves(one.entry.when):
        if fields[leaf.field].scope is FieldScope.SESSION:
            said = f"{leaf.field} is known only with a session, and a segment is looked at for any tutor"
            yield one.fault(("when",), said)
