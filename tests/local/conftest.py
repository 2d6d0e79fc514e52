"""Folders that root's unprivileged account can reach too, gone after the test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import places


@pytest.fixture
def folder() -> Iterator[Path]:
    made = places.temporary_folder()
    yield made
    shutil.rmtree(made)


@pytest.fixture
def own_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home for a world of its own."""
    monkeypatch.setenv("MAINSTAY_HOME", str(folder / "world"))
    return places.home()
