"""A tutor's metrics as cards: value, threshold, change, and the line of the last three months."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from retention import policy
from retention.records.tutor_story import TutorStory
from web.components.charts import Point


@dataclass(frozen=True)
class Measure:
    """One metric over 30 days; `cases` names the count that it is a share of."""

    name: str
    label: str
    unit: str
    floor: float | None = None
    ceiling: float | None = None
    cases: str = ""
    low: float | None = 0
    high: float | None = None
    more_is_better: bool = True

    def beyond(self, value: float) -> bool:
        """Whether the value lies beyond its threshold."""
        below = self.floor is not None and value < self.floor
        above = self.ceiling is not None and value > self.ceiling
        return below or above


CORE = (  # PRD 2.1, thresholds of retention.policy
    Measure("rating_avg", "Rating", "of 5", floor=policy.RATING_FLOOR, cases="rated_n", low=1, high=5),
    Measure(
        "first_success_pct",
        "First sessions that went well",
        "%",
        floor=policy.FIRST_SUCCESS_FLOOR,
        cases="first_rated",
        high=100,
    ),
    Measure(
        "reschedule_pct",
        "Sessions moved by the tutor",
        "%",
        ceiling=policy.RESCHEDULE_CEILING,
        cases="sessions",
        more_is_better=False,
    ),
    Measure(
        "no_show_pct",
        "No-shows",
        "%",
        ceiling=policy.NO_SHOW_CEILING,
        cases="sessions",
        more_is_better=False,
    ),
    Measure("engagement_pct", "Engagement", "%", floor=policy.ENGAGEMENT_FLOOR, high=100),
    Measure(
        "objectives_pct",
        "Learning objectives met",
        "%",
        floor=policy.OBJECTIVES_FLOOR,
        cases="sessions",
        high=100,
    ),
)
SECONDARY = (
    Measure("sessions", "Sessions completed", ""),
    Measure("technical_pct", "Technical problems", "%", cases="sessions", more_is_better=False),
    Measure("answer_avg_minutes", "Answers to messages", "min", more_is_better=False),
    Measure("training_pct", "Training completed", "%", high=100),
    Measure("availability_hours", "Hours offered a week", "h"),
    Measure("logins", "Logins", ""),
)


@dataclass(frozen=True)
class Card:
    """One metric as it is shown."""

    measure: Measure
    value: float | None
    few: bool
    wrong: bool
    aside: str
    points: Sequence[Point]


def cards(measures: Sequence[Measure], rows: Sequence[Mapping[str, Any]]) -> list[Card]:
    """The cards of these metrics, from the rows by day."""
    return [_card(measure, rows) for measure in measures]


def score_points(story: TutorStory) -> list[Point]:
    """The churn score by day."""
    return [Point(_day(row["day"]), row["score"]) for row in story.scores]


def _card(measure: Measure, rows: Sequence[Mapping[str, Any]]) -> Card:
    newest = rows[-1] if rows else {}
    value = newest.get(measure.name)
    counted = newest.get(measure.cases) if measure.cases else None
    few = counted is not None and counted < policy.FEW_DATA
    return Card(
        measure=measure,
        value=value,
        few=few,
        wrong=value is not None and not few and measure.beyond(value),
        aside=_aside(measure, value, rows, counted),
        points=[Point(_day(row["day"]), row.get(measure.name)) for row in rows],
    )


def _aside(
    measure: Measure, value: float | None, rows: Sequence[Mapping[str, Any]], counted: int | None
) -> str:
    """How many cases, and the change against the 30 days before."""
    said = [f"{counted} {'case' if counted == 1 else 'cases'}"] if counted is not None else []
    few = counted is not None and counted < policy.FEW_DATA
    before = rows[-31].get(measure.name) if len(rows) > 30 and not few else None
    if value is None:
        return "Nothing to measure in 30 days"
    if before is not None:
        change = value - before
        said.append("unchanged" if abs(change) < 0.05 else f"{change:+.1f} against the 30 days before")
    return ", ".join(said)


@lru_cache(maxsize=400)  # a page says each day of its charts a dozen times
def _day(text: str) -> str:
    at = date.fromisoformat(text)
    return f"{at.day} {at:%b}"
