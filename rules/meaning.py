"""What a well-formed rulebook may still get wrong: rules that contradict, never fire, or cannot be known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from retention.policy import BAND_UPPER_EDGES
from retention.programmes.planned import PLANNED
from retention.programmes.registry import PROGRAMMES, TRAITS
from retention.vocabulary import RiskBand, Trigger
from rules.book import CaseTest, Condition, Rule, SeriesTest, Start, Status, leaves
from rules.compile import CannotCompile, dnf
from rules.fields import Fields, FieldScope, clean
from rules.marks import Document, Fault, Path
from rules.parameters import HERE, parameter_faults
from rules.ranges import impossible, is_always_true
from rules.wording import meant

OF_A_SESSION = frozenset(
    {Trigger.SESSION_COMPLETED, Trigger.FEEDBACK_RECEIVED, Trigger.NO_SHOW, Trigger.RESCHEDULE}
)
REGULAR = frozenset({Trigger.HOURLY, Trigger.DAILY_ROLLUP})
BEYOND_NEWS = (
    "for",
    "once_per",
    "again_after",
    "cooldown",
    "unless_open",
    "bands",
    "during_leave",
    "with_open_case",
    "resolve_when",
    "escalate",
)
OF_A_CASE = ("bands", "unless_open", "with_open_case")
OF_A_START = ("owner_group", "priority", "task", "policy", "with")
TASKS_OF = {programme: set(entry.tasks) for programme, entry in PROGRAMMES.items()}
NOT_CARRIED = (
    "no workflow carries it yet, so its rule cannot be active: say shadow, to record and start nothing"
)


@dataclass(frozen=True)
class Written:
    """A rule and where it stands."""

    document: Document
    path: Path
    rule: Rule

    def fault(self, path: Path, what: str) -> Fault:
        """A fault at a place inside the rule."""
        return self.document.fault((*self.path, *path), f"{self.rule.id}: {what}")

    def fault_of_name(self, path: Path, what: str) -> Fault:
        """A fault at a name inside the rule."""
        return self.document.fault_of_name((*self.path, *path), f"{self.rule.id}: {what}")


def faults_in(documents: list[Document], *, written: list[Written], fields: Fields) -> Iterator[Fault]:
    """Everything that the shape alone does not show."""
    yield from _head_faults(documents)
    yield from _doubled(written)
    for one in written:
        yield from _condition_faults(one, fields)
        yield from _moment_faults(one, fields)
        yield from _consequence_faults(one)
        yield from _test_faults(one, fields)


def _head_faults(documents: list[Document]) -> Iterator[Fault]:
    heads = [it for it in documents if isinstance(it.value, dict) and "bands" in it.value]
    if not heads:
        yield documents[0].fault((), "no file of the book holds its ruleset, version and bands")
    for extra in heads[1:]:
        yield extra.fault(("bands",), f"bands are already given in {heads[0].file}")
    for head in heads[:1]:
        yield from _band_faults(head)


def _band_faults(head: Document) -> Iterator[Fault]:
    tree = head.value
    assert isinstance(tree, dict)
    for name in ("ruleset", "version"):
        if name not in tree:
            yield head.fault((), f'"{name}" is missing')
    edges = [tree["bands"][band] for band in RiskBand]
    if edges != sorted(set(edges)):
        yield head.fault(("bands",), "each band must end above the one before it")
    if edges[-1] != 100:
        yield head.fault(
            ("bands", RiskBand.CRITICAL), "the last band must end at 100, or some scores have no band"
        )
    if tuple(edges[:-1]) != BAND_UPPER_EDGES:
        yield head.fault(("bands",), f"the score is banded at {BAND_UPPER_EDGES} (retention/policy.py)")


def _doubled(written: list[Written]) -> Iterator[Fault]:
    first: dict[str, Written] = {}
    for one in written:
        if one.rule.id in first:
            yield one.fault(("id",), f"the id is already taken at {first[one.rule.id].rule.place}")
        first.setdefault(one.rule.id, one)


def _condition_faults(one: Written, fields: Fields) -> Iterator[Fault]:
    for key, condition in one.rule.conditions.items():
        try:
            yield from _possibility_faults(one, condition, fields=fields, part=key[1])
        except CannotCompile as fault:
            yield one.fault((key[1],), str(fault))


def _possibility_faults(one: Written, condition: Condition, *, fields: Fields, part: str) -> Iterator[Fault]:
    groups = dnf(condition)
    never = impossible(condition, fields)
    if never and len(never) == len(groups):
        yield one.fault((part,), "this can never be true")
    elif never:
        named = ", ".join(f"{leaf.field} {leaf.op} {leaf.value}" for leaf in never[0])
        yield one.fault((part,), f"one alternative can never be true: {named}")
    if _always(condition, fields):
        yield one.fault((part,), "this is true whatever the facts are")


def _always(condition: Condition, fields: Fields) -> bool:
    try:
        return is_always_true(condition, fields)
    except CannotCompile:  # the opposite has too many alternatives to look through
        return False


def _moment_faults(one: Written, fields: Fields) -> Iterator[Fault]:
    rule, triggers = one.rule, set(one.rule.triggers)
    spoken = {leaf.field for it in rule.conditions.values() for leaf in leaves(it)}
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


def _consequence_faults(one: Written) -> Iterator[Fault]:
    then = one.rule.then
    if then is None:
        yield from _alert_alone_faults(one)
        return
    if one.rule.alert is not None:
        yield from _alert_and_case_faults(one, then)
    yield from _planned_faults(one, then) if then.programme in PLANNED else _start_faults(one, then)


def _planned_faults(one: Written, then: Start) -> Iterator[Fault]:
    """What cannot be asked of a programme that is not carried yet."""
    if one.rule.status is Status.ACTIVE:
        yield one.fault(("status",), f"{then.programme}: {NOT_CARRIED}")
    for name in ("with", "task"):
        if (*one.path, "then", name) in one.document.names:
            said = f"{then.programme} is not carried yet, so it takes none: leave it out"
            yield one.fault_of_name(("then", name), said)
    if then.tells:
        yield from _news_faults(one)


def _start_faults(one: Written, then: Start) -> Iterator[Fault]:
    if then.tells:
        yield from _news_faults(one)
        return
    for path, what in parameter_faults(then.programme, then.parameters):
        yield one.fault_of_name(path, what)
    metric = then.parameters.get("metric")  # what dropped: so that its recovery can be measured
    if metric is not None and metric not in {leaf.field for leaf in leaves(one.rule.when)}:
        yield one.fault((*HERE, "metric"), f"{metric} is not among the facts of when")
    yield from _task_faults(one, then)


def _alert_and_case_faults(one: Written, then: Start) -> Iterator[Fault]:
    """An alert is raised although its case has to wait: what would count one of them twice has no place."""
    if TRAITS[then.programme].holdout:
        said = f"some tutors are left without {then.programme} by lot, so an alert cannot start it"
        yield one.fault(("then", "start"), said)
    for name in ("once_per", "cooldown"):
        if (*one.path, name) in one.document.names:
            said = "has no place where one rule raises an alert and starts a case: write two rules"
            yield one.fault_of_name((name,), f"{name} {said}")


def _alert_alone_faults(one: Written) -> Iterator[Fault]:
    """What speaks of a case in a rule that opens none."""
    for name in OF_A_CASE:
        if (*one.path, name) in one.document.names:
            yield one.fault_of_name(
                (name,), "an alert that starts nothing stands beside any case: leave it out"
            )
    for name in OF_A_START:
        if (*one.path, "then", name) in one.document.names:
            yield one.fault_of_name(
                ("then", name), "this goes with start: name the programme, or leave it out"
            )


def _task_faults(one: Written, then: Start) -> Iterator[Fault]:
    fitting = TASKS_OF[then.programme]
    if then.task is None and PROGRAMMES[then.programme].task_from_rule:
        yield one.fault(("then",), f"say which task {then.programme} opens: {', '.join(sorted(fitting))}")
    if then.task is not None and then.task not in fitting:
        known = ", ".join(sorted(fitting)) or "none that a rule names"
        yield one.fault(("then", "task"), f"{then.programme} opens no {then.task}, only {known}")
    if then.task is not None and not then.policy:
        yield one.fault(("then",), f"a rule that names the task {then.task} names its deadline policy too")
    if then.policy and then.task is None:
        said = "a policy goes with a task: name task too, or leave policy out and let the story give it"
        yield one.fault(("then", "policy"), said)


def _news_faults(one: Written) -> Iterator[Fault]:
    for name in BEYOND_NEWS:
        if (*one.path, name) in one.document.names:
            said = "a rule that only tells does so once for each case: this has no place in it"
            yield one.fault_of_name((name,), said)


def _test_faults(one: Written, fields: Fields) -> Iterator[Fault]:
    if {test.fires for test in one.rule.cases} != {True, False}:
        yield one.fault(("tests", "cases"), "needs a case that fires and one that does not")
    for index, case in enumerate(one.rule.cases):
        yield from _fact_faults(one, case, index=index, fields=fields)
    for index, series in enumerate(one.rule.series):
        yield from _series_faults(one, series, index=index, fields=fields)


def _fact_faults(one: Written, case: CaseTest, *, index: int, fields: Fields) -> Iterator[Fault]:
    path = ("tests", "cases", index, "facts")
    for name in case.facts:
        if name not in fields:
            yield one.fault_of_name((*path, name), f'unknown name "{name}"{meant(name, fields)}')
    for strange in clean(case.facts, fields).strange:
        yield one.fault((*path, strange.split(" ", 1)[0]), strange)


def _series_faults(one: Written, series: SeriesTest, *, index: int, fields: Fields) -> Iterator[Fault]:
    path = ("tests", "series", index, "facts")
    if len({len(steps) for steps in series.facts.values()}) > 1:
        yield one.fault(path, "every fact needs the same number of steps")
    for name, steps in series.facts.items():
        if name not in fields:
            yield one.fault_of_name((*path, name), f'unknown name "{name}"{meant(name, fields)}')
        for strange in _strange(name, steps, fields):
            yield one.fault((*path, name), strange)


def _strange(name: str, steps: tuple[object, ...], fields: Fields) -> list[str]:
    sheets: list[Mapping[str, object]] = [{name: step} for step in steps]
    return list(dict.fromkeys(strange for sheet in sheets for strange in clean(sheet, fields).strange))
