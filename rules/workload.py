"""What the cases of a policy cost people: hours by owner group, against the hours that there are."""

from collections.abc import Mapping

from retention import policy
from retention.vocabulary import OwnerGroup, Programme, TaskKind


def hours_of(programme: Programme, task: TaskKind | None = None) -> float:
    """Hours of work that one case brings; 0 for what needs no people."""
    return policy.TASK_HOURS[task] if task is not None else policy.CASE_HOURS.get(programme, 0.0)


def capacity_of(staff: Mapping[OwnerGroup, int]) -> dict[OwnerGroup, float]:
    """Hours a week that each group has for cases, from how many people are in it."""
    return {group: policy.CASEWORK_HOURS_A_WEEK[group] * staff.get(group, 0) for group in OwnerGroup}
