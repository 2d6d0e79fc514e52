"""Words that have to be explained: settings in .env.example, fixed words in the glossary."""

import re
from enum import StrEnum
from pathlib import Path
from types import ModuleType

from pydantic_settings import BaseSettings

ENTRY = re.compile(r"^#?\s?([A-Z][A-Z0-9_]*)=(.*)$", re.MULTILINE)


def unexplained_settings(settings: type[BaseSettings], example: Path) -> list[str]:
    """Fields of the settings that the example does not name, and names in it that are no setting."""
    known = {name.upper() for name in settings.model_fields}
    return sorted(known ^ set(examples(example)))


def examples(example: Path) -> dict[str, str]:
    """The example's names and values."""
    return dict(ENTRY.findall(example.read_text(encoding="utf-8")))


def fixed_words(vocabulary: ModuleType) -> dict[str, type[StrEnum]]:
    """The lists of fixed words, by name."""
    return {
        name: thing
        for name, thing in vars(vocabulary).items()
        if isinstance(thing, type) and issubclass(thing, StrEnum) and thing is not StrEnum
    }


def unexplained_words(vocabulary: ModuleType, glossary: Path) -> list[str]:
    """Fixed words without their own entry (`word` — …) below the heading of their list."""
    sections = _sections(glossary.read_text(encoding="utf-8"))
    return [
        f"{name}.{word.value}"
        for name, words in fixed_words(vocabulary).items()
        for word in words
        if f"`{word.value}`" not in sections.get(name, "")
    ]


def _sections(text: str) -> dict[str, str]:
    """What stands below each heading; a heading ends with the list's name in brackets."""
    parts = re.split(r"^## .*\(`(\w+)`\)\s*$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
