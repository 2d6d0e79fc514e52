"""The seven components of PRD 3.1: each 0-100, higher is riskier, unknown adds nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from retention import policy


@dataclass(frozen=True)
class Component:
    """One sub-score and the measure that says most of it; no measure when nothing is known."""

    name: str
    value: float  # 0-100
    measure: str | None

    @property
    def points(self) -> float:
        """What it adds to the component sum."""
        return self.value * policy.COMPONENT_WEIGHTS[self.name]


def ramp(value: float, *, none: float, full: float) -> float:
    """0 up to `none`, 100 from `full`, evenly between; `full` may lie below `none`."""
    return 100.0 * min(1.0, max(0.0, (value - none) / (full - none)))


def components_of(measures: Mapping[str, float]) -> list[Component]:
    """The seven components, in the order of the PRD."""
    return [_component(name, measures) for name in policy.COMPONENT_WEIGHTS]


def _component(name: str, measures: Mapping[str, float]) -> Component:
    parts = {
        measure: share * ramp(measures[measure], none=none, full=full)
        for measure, (share, none, full) in policy.COMPONENT_MEASURES[name].items()
        if measure in measures
    }
    component = Component(
        name, min(100.0, sum(parts.values())), max(parts, key=parts.__getitem__, default=None)
    )
    if name == "engagement_decline" and "silent_days" in measures:
        none, full = policy.SILENCE
        silence = Component(name, ramp(measures["silent_days"], none=none, full=full), "silent_days")
        return max(component, silence, key=lambda one: one.value)
    return component
