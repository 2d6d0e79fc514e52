"""What may be wrong with what a rule does: its programme, task, alert, signal, plan and overrides."""

from collections.abc import Iterator

from retention.policy import PATTERN_POINTS
from retention.programmes.planned import PLANNED
from retention.programmes.registry import PROGRAMMES, TRAITS
from rules.book import Rule, Start, Status
from rules.conditions import leaves
from rules.entries import Written
from rules.fields import Fields
from rules.marks import Fault
from rules.parameters import HERE, leaked, parameter_faults

BEYOND_NEWS = (
    "for",
    "once_per",
    "again_after",
    "cooldown",
    "unless_open",
    "plan",
    "override",
    "during_leave",
    "with_open_case",
    "resolve_when",
    "escalate",
)
OF_A_CASE = ("plan", "override", "unless_open", "with_open_case")
OF_A_START = ("owner_group", "priority", "task", "policy", "with", "delay")
TASKS_OF = {programme: set(entry.tasks) for programme, entry in PROGRAMMES.items()}
NOT_CARRIED = (
    "no workflow carries it yet, so its rule cannot be active: say shadow, to record and start nothing"
)


def consequence_faults(one: Written[Rule], fields: Fields) -> Iterator[Fault]:
    """Everything that is wrong with what a rule's firing is to do."""
    then = one.entry.then
    if one.entry.signal is not None:
        yield from _signal_faults(one)
    if then is None:
        yield from _without_case_faults(one)
        return
    if one.entry.alert is not None:
        yield from _alert_and_case_faults(one, then)
    if then.tells:
        yield from _news_faults(one)
    if then.programme in PLANNED:
        yield from _planned_faults(one, then)
    elif not then.tells:
        yield from _start_faults(one, then, fields)


def _planned_faults(one: Written[Rule], then: Start) -> Iterator[Fault]:
    """What cannot be asked of a programme that is not carried yet."""
    if one.entry.status is Status.ACTIVE:
        yield one.fault(("status",), f"{then.programme}: {NOT_CARRIED}")
    for name in ("with", "task"):
        if one.names("then", name):
            said = f"{then.programme} is not carried yet, so it takes none: leave it out"
            yield one.fault_of_name(("then", name), said)


def _start_faults(one: Written[Rule], then: Start, fields: Fields) -> Iterator[Fault]:
    for path, what in parameter_faults(then.programme, then.parameters):
        yield one.fault_of_name(path, what)
    for path, what in leaked(PROGRAMMES[then.programme], then.parameters, fields):
        yield one.fault_of_name(path, f"{then.programme} {what}")
    metric = then.parameters.get("metric")  # what dropped: so that its recovery can be measured
    if metric is not None and metric not in {leaf.field for leaf in leaves(one.entry.when)}:
        yield one.fault((*HERE, "metric"), f"{metric} is not among the facts of when")
    yield from _task_faults(one, then)


def _signal_faults(one: Written[Rule]) -> Iterator[Fault]:
    signal = one.entry.signal
    assert signal is not None
    if signal.points not in {0, PATTERN_POINTS[signal.pattern]}:
        known = f"{signal.pattern} has {PATTERN_POINTS[signal.pattern]} points in the score"
        yield one.fault(("then", "points"), f"{known} (retention/policy.py), or leave them out")


def _alert_and_case_faults(one: Written[Rule], then: Start) -> Iterator[Fault]:
    """An alert is raised although its case has to wait: what would count one of them twice has no place."""
    if TRAITS[then.programme].holdout:
        said = f"some tutors are left without {then.programme} by lot, so an alert cannot start it"
        yield one.fault(("then", "start"), said)
    for name in ("once_per", "cooldown"):
        if one.names(name):
            said = "has no place where one rule raises an alert and starts a case: write two rules"
            yield one.fault_of_name((name,), f"{name} {said}")


def _without_case_faults(one: Written[Rule]) -> Iterator[Fault]:
    """What speaks of a case in a rule that opens none."""
    what = "an alert" if one.entry.signal is None else "a signal"
    for name in OF_A_CASE:
        if one.names(name):
            said = f"{what} that starts nothing stands beside any case: leave it out"
            yield one.fault_of_name((name,), said)
    for name in OF_A_START:
        if one.names("then", name):
            yield one.fault_of_name(
                ("then", name), "this goes with start: name the programme, or leave it out"
            )


def _task_faults(one: Written[Rule], then: Start) -> Iterator[Fault]:
    fitting = TASKS_OF[then.programme]
    if then.task is None and PROGRAMMES[then.programme].task_from_rule:
        yield one.fault(("then",), f"say which task {then.programme} opens: {', '.join(sorted(fitting))}")
    if then.task is not None and then.task not in fitting:
        known = ", ".join(sorted(fitting)) or "none that a rule names"
        yield one.fault(("then", "task"), f"{then.programme} opens no {then.task}, only {known}")
    if then.task is not None and not then.policy:
        yield one.fault(("then",), f"a rule that names the task {then.task} names its deadline policy too")
    if then.task is not None:
        return
    said = "a policy goes with a task: name task too, or leave policy out and let the story give it"
    if then.policy:
        yield one.fault(("then", "policy"), said)
    if any(override.policy for override in one.entry.overrides):
        yield one.fault(("override",), said)


def _news_faults(one: Written[Rule]) -> Iterator[Fault]:
    for name in BEYOND_NEWS:
        if one.names(name):
            said = "a rule that only tells does so once for each case: this has no place in it"
            yield one.fault_of_name((name,), said)
