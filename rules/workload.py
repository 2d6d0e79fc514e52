"""What the cases of a policy cost people: hours by owner group, against the hours that there are."""

from collections.abc import Mapping

from retention import policy
from retention.programmes.registry import PROGRAMMES, TRAITS
from retention.vocabulary import OwnerGroup, Programme, TaskKind

WORKING_DAYS = 5  # in a week


def hours_of(programme: Programme, task: TaskKind | None = None) -> float:
    """Hours of work that one case brings; 0 for what needs no people."""
    return policy.TASK_HOURS[task] if task is not None else policy.CASE_HOURS.get(programme, 0.0)


def case_hours(programme: Programme) -> float:
    """The same for a case of which the task is not known: the mean over those that its programme opens."""
    if not TRAITS[programme].needs_people:
        return 0.0
    kinds = PROGRAMMES[programme].tasks if programme in PROGRAMMES else {}
    mean = sum(policy.TASK_HOURS[kind] for kind in kinds) / len(kinds) if kinds else 0.0
    return hours_of(programme) or mean


def hours_a_day(staff: Mapping[OwnerGroup, int]) -> dict[OwnerGroup, float]:
    """Hours that each group has for cases on one working day."""
    return {group: hours / WORKING_DAYS for group, hours in capacity_of(staff).items()}


def capacity_of(staff: Mapping[OwnerGroup, int]) -> dict[OwnerGroup, float]:
    """Hours a week that each group has for cases, from how many people are in it."""
    return {group: policy.CASEWORK_HOURS_A_WEEK[group] * staff.get(group, 0) for group in OwnerGroup}
