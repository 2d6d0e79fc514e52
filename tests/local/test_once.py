"""Long things are made once, and a broken attempt never looks like a result."""

import subprocess
import sys
from pathlib import Path

import pytest

from local import places
from local.once import made_once

MAKES_ONE = """
import sys
from pathlib import Path
from local.once import made_once
def make(unfinished):
    unfinished.write_text("made")
    print("made", flush=True)
made_once(Path(sys.argv[1]), make=make)
"""


def test_what_several_ask_for_at_once_is_made_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", MAKES_ONE, str(tmp_path / "thing")]
    asking = [
        subprocess.Popen(command, cwd=places.CHECKOUT, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    said = [one.communicate()[0] for one in asking]
    assert sorted(said) == ["", "", "", "made\n"]
    assert (tmp_path / "thing").read_text() == "made"


def test_a_broken_attempt_leaves_nothing_and_the_next_one_works(tmp_path: Path) -> None:
    def half(unfinished: Path) -> None:
        unfinished.mkdir()
        (unfinished / "first").touch()
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        made_once(tmp_path / "thing", make=half)
    assert not (tmp_path / "thing").exists()
    assert made_once(tmp_path / "thing", make=Path.touch) == tmp_path / "thing"
    assert [left.name for left in tmp_path.iterdir() if not left.name.startswith(".")] == ["thing"]


def test_what_a_killed_maker_left_is_removed_by_the_next(tmp_path: Path) -> None:
    (tmp_path / ".thing.unfinished-sources").mkdir()
    (tmp_path / ".thing.unfinished").write_text("half")
    made_once(tmp_path / "thing", make=lambda unfinished: unfinished.touch(exist_ok=False))
    assert {left.name for left in tmp_path.iterdir()} == {"thing", ".thing.lock"}
