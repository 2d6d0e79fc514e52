"""Decisions are numbered one after the other, and their titles say the same number."""

import re
from pathlib import Path

import pytest

from tests.architecture import source

FOLDER = source.ROOT / "docs/decisions"
NUMBERED = re.compile(r"(\d{4})-[a-z0-9-]+\.md")


def numbers() -> list[int]:
    return [int(found[1]) for path in sorted(FOLDER.iterdir()) if (found := NUMBERED.fullmatch(path.name))]


def test_the_numbers_have_no_gap_and_none_is_given_twice() -> None:
    assert numbers() == list(range(1, len(numbers()) + 1))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.name)
def test_a_title_says_its_number(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith(f"# {int(path.name[:4])}. ")
