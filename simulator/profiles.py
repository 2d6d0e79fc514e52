"""Profiles: what a world is made of, one YAML file each, every number with unit and source."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).parent
LEAF = {"value", "unit", "source", "label"}
LABELS = {"seeding", "stationary", "shape"}


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
    activity_effect: float
    group: float
    new_student: float
    student_stays: float
    sessions_a_student: float
    moved: float
    moved_effect: float
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


class Feed(Group):
    jitter: float


class Profile(Group):
    """What a world is made of."""

    archetypes: Archetypes
    tutors: Tutoring
    engagement: Engagement
    exits: Exits
    leaves: Leaves
    sessions: Sessions
    feedback: Feedback
    behaviour: Behaviour
    feed: Feed


@lru_cache
def profile(name: str = "prd") -> Profile:
    """A profile by its file's name."""
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return Profile.model_validate(
        {
            group: {number: _value(f"{group}.{number}", leaf) for number, leaf in numbers.items()}
            for group, numbers in yaml.safe_load(text).items()
        }
    )


def _value(name: str, leaf: dict[str, Any]) -> Any:
    if set(leaf) != LEAF or leaf["label"] not in LABELS:
        message = f"{name} needs value, unit, source and a label out of {', '.join(sorted(LABELS))}"
        raise ValueError(message)
    return leaf["value"]
