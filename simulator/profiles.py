"""Profiles: what a world is made of, one YAML file each, every number with unit and source."""

from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from retention.errors import NotFound, Refusal

FOLDER = Path(__file__).parent
LEAF = {"value", "unit", "source", "label"}
LABELS = {"seeding", "stationary", "contradictory", "shape"}
HEAD = {"version", "like"}
WHOLES = {
    *("archetypes.share", "archetypes.grown_into", "tutors.zones", "tutors.subjects", "tutors.troubles"),
    *("exits.kinds", "sessions.minutes", "sessions.student_ages", "sessions.cancelled_by"),
}  # whose shares add up to 1
ROUNDING = 1e-9
MEND = "Mend its file in the folder simulator."


class Size(StrEnum):
    """Worlds by their number of tutors."""

    DEMO = "demo"
    FULL = "full"
    TENFOLD = "tenfold"


SIZES = {Size.DEMO: 300, Size.FULL: 1_400, Size.TENFOLD: 14_000}  # tutors; design 3, Volume


class Group(BaseModel):
    """Numbers of one kind; a number that the code does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Span(Group):
    least: float
    most: float


class Archetypes(Group):
    share: dict[str, float]
    disengagement: dict[str, float]
    quality: dict[str, float]
    moves_per_day: dict[str, dict[str, float]]
    grown_after: float
    grown_into: dict[str, float]


class Tutoring(Group):
    baseline: Span
    longest_tenure: float
    frailty: float
    arrivals_per_month: float
    zones: dict[str, float]
    subjects: dict[str, float]
    troubles: dict[str, float]


class Engagement(Group):
    persistence: float
    spread: float
    poor_first_session: float
    lead_strain: float


class Exits(Group):
    intents_per_month: float
    strain_effect: float
    without_signal_per_month: float
    kinds: dict[str, float]
    lead: Span
    recovery_per_day: float
    notice: Span
    faded_share: float
    faded_end_per_day: float
    first_session_cause: float


class Leaves(Group):
    approved_per_day: float
    approved: Span
    undeclared_per_day: float
    undeclared: Span


class Sessions(Group):
    weekdays: list[float]
    hours: dict[int, float]
    minutes: dict[int, float]
    booked_for_one: float
    regular: float
    activity_effect: float
    group: float
    new_student: float
    student_stays: float
    sessions_a_student: float
    student_ages: dict[str, float]
    moved: float
    moved_effect: float
    moved_trouble: float
    moved_by_tutor: float
    cancelled: float
    cancelled_by: dict[str, float]
    tutor_no_show: float
    tutor_no_show_effect: float
    student_no_show: float
    monday_odds: float
    morning_odds: float
    late_minutes: float
    late_effect: float
    technical_issues: float
    holiday: float
    months: list[float]
    no_show_replaced: float


class Feedback(Group):
    given: float
    hours: float
    mean: float
    spread: float
    quality_effect: float
    strain_effect: float
    first_mean: float
    first_spread: float
    inexperience: float
    experience_days: float
    late_loss: float
    words: float
    subjects: dict[str, float]


class Behaviour(Group):
    logins: float
    logins_effect: float
    preparation_minutes: float
    messages: float
    answer_minutes: float
    answer_effect: float
    availability: float
    availability_effect: float
    availability_step: float
    training_every: float
    training_done: float


class Patterns(Group):
    mathematics_after_poor_first: float
    monday_morning: float
    evening_cut: float
    hours_cut: float
    nulls: dict[str, str]


class Effects(Group):
    half_life: float
    recovery: float
    doses: dict[str, float]
    relief: dict[str, dict[str, float]]
    archetypes: dict[str, float]
    harm: dict[str, dict[str, float]]


class Feed(Group):
    jitter: float


class Profile(Group):
    """What a world is made of."""

    version: int
    archetypes: Archetypes
    tutors: Tutoring
    engagement: Engagement
    exits: Exits
    leaves: Leaves
    sessions: Sessions
    feedback: Feedback
    behaviour: Behaviour
    patterns: Patterns
    effects: Effects
    feed: Feed


@lru_cache
def profile(name: str = "prd") -> Profile:
    """A profile by its name. Raises NotFound when there is none, Refusal when its file is not in order."""
    content = numbers_of(name)
    values = {
        group: {number: leaf["value"] for number, leaf in numbers.items()}
        for group, numbers in content.items()
    }
    try:
        return Profile.model_validate({"version": _read(name)["version"], **values})
    except ValidationError as fault:
        told = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in fault.errors())
        raise Refusal(f"The profile {name} is not in order: {told}", instead=MEND) from None


def numbers_of(name: str) -> dict[str, dict[str, dict[str, Any]]]:
    """Every number of a profile with unit, source and label, by group and name. Raises as `profile`."""
    content = _read(name)
    groups = {group: numbers for group, numbers in content.items() if group not in HEAD}
    for group, numbers in groups.items():
        for number, leaf in numbers.items():
            _check(f"{name}: {group}.{number}", leaf)
    if "like" not in content:
        return groups
    base = numbers_of(content["like"])
    return {group: numbers | groups.get(group, {}) for group, numbers in base.items()}


def names() -> list[str]:
    """The profiles that there are."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml") if path.stem != "figures")


def _read(name: str) -> dict[str, Any]:
    if name not in names():
        raise NotFound(f"There is no profile {name}.", instead=f"Take one of {', '.join(names())}.")
    content: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return content


def _check(place: str, leaf: Any) -> None:
    if not isinstance(leaf, dict) or set(leaf) != LEAF:
        raise Refusal(f"{place} needs value, unit, source and label, nothing else.", instead=MEND)
    if leaf["label"] not in LABELS:
        raise Refusal(f"{place}: {leaf['label']} is not one of {', '.join(sorted(LABELS))}.", instead=MEND)
    number = place.split(": ")[1]
    if number in WHOLES and abs(sum(leaf["value"].values()) - 1) > ROUNDING:
        raise Refusal(f"{place}: the shares do not add up to 1.", instead=MEND)
