"""Figures: what the requirements say about the platform, each with its bounds, source and label."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

Label = Literal["seeding", "stationary", "contradictory"]
FILE = Path(__file__).parent / "figures.yaml"


class Figure(BaseModel):
    """One figure of the requirements."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    says: str
    least: float
    most: float
    unit: str
    source: str
    label: Label
    why: str = ""  # a contradiction explained


@lru_cache
def figures() -> dict[str, Figure]:
    """All figures by name."""
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return TypeAdapter(dict[str, Figure]).validate_python(content)
