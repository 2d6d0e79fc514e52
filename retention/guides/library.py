"""Reads the guides from their files: the name is the slug; the head stands above the text."""

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from retention.errors import Refusal

FOLDER = Path(__file__).parent
FENCE = "---\n"
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=40)]


class GuideText(BaseModel):
    """One guide as its file has it."""

    model_config = ConfigDict(extra="forbid")

    slug: Slug
    title: Line
    summary: Line
    minutes: Annotated[int, Field(ge=1, le=30)]  # to read
    helps: Annotated[list[str], Field(min_length=1)]  # fields of the fact sheet (rules/fields.yaml)
    body: str  # Markdown without HTML


def library(folder: Path = FOLDER) -> list[GuideText]:
    """Every guide, by slug. Raises Refusal naming the file that cannot be read."""
    return [_read(path) for path in sorted(folder.glob("*.md"))]


def _read(path: Path) -> GuideText:
    opening, head, body = [*path.read_text(encoding="utf-8").split(FENCE, 2), "", ""][:3]
    try:
        told = yaml.safe_load(head)
        if opening or not isinstance(told, dict):
            raise Refusal(
                f"{path.name} has no head.", instead="Begin it with its title and so on between ---."
            )
        return GuideText(slug=path.stem, body=body.strip(), **told)
    except (yaml.YAMLError, ValidationError, TypeError) as fault:
        raise Refusal(f"The guide {path.name} cannot be read: {fault}") from fault
