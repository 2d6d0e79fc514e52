"""The commands that study worlds: for people and for machines."""

from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner, Result

from retention.errors import Conflict, Refusal
from simulator import feed, seeding
from simulator.__main__ import app
from simulator.figures import figures
from simulator.profiles import SIZES
from simulator.seeding import Pace
from tests.simulator.worlds import NOW, a_seeded_world

SMALL = ("--worlds", "2", "--tutors", "50", "--days", "180")


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_calibrate_tells_every_figure_and_every_contradiction() -> None:
    result = run("calibrate", *SMALL)
    told = " ".join(result.stdout.split())
    for figure in figures().values():
        assert figure.why in told
    assert all(f"{label}: " in told for label in ("seeding", "stationary", "contradictory"))
    assert "6 contradict them; 2 worlds of 50 tutors, 180 days each." in told
    assert "world 2 of 2" in result.stderr


def test_calibrate_for_a_document_is_one_table() -> None:
    told = run("calibrate", *SMALL, "--markdown").stdout
    lines = [line for line in told.splitlines() if line.startswith("| ")]
    assert len(lines) == 2 + len(figures())


def test_calibrate_for_machines_is_one_object_without_infinities() -> None:
    result = run("calibrate", "--profile", "hard", *SMALL, "--json")
    found = orjson.loads(result.stdout)
    assert (found["profile"], found["version"]) == ("hard", 1)
    assert found["figures"].keys() == figures().keys()
    assert found["figures"]["moves_predict"]["figure"]["most"] is None
    assert result.exit_code == bool(found["outside"])


def test_truth_tells_what_is_planted() -> None:
    told = orjson.loads(run("truth", "--programme", "improvement_plan").stdout)
    assert told["relief"]["scheduling"] > 0
    assert told["harm"]["high"] > 0


@pytest.mark.parametrize("words", [["--programme", "prayer"], ["--dose", "double"]])
def test_what_is_not_planted_is_refused(words: list[str]) -> None:
    assert isinstance(run("truth", *words).exception, Refusal)


def test_trials_are_held_by_command() -> None:
    found = orjson.loads(run("truth", "--rct", "--trials", "10", "--each", "20", "--json").stdout)
    assert found["tutors"] == 200
    assert found["truth"] <= 0 < found["improved_untreated"]


def test_an_export_fills_an_empty_folder_only(tmp_path: Path) -> None:
    words = ("export", str(tmp_path / "world"), "--tutors", "3", "--days", "5", "--until", "2026-06-20")
    written = orjson.loads(run(*words, "--json").stdout)
    lines = (tmp_path / "world" / "sessions.ndjson").read_text().splitlines()
    assert len(lines) == written["sessions"] > 0
    assert isinstance(run(*words).exception, Conflict)


def test_an_exported_table_has_its_header_once(tmp_path: Path) -> None:
    folder = tmp_path / "world"
    words = ("--tutors", "3", "--days", "5", "--until", "2026-06-20", "--form", "csv", "--json")
    written = orjson.loads(run("export", str(folder), *words).stdout)
    lines = (folder / "events.csv").read_text().splitlines()
    assert len(lines) == written["events"] + 1
    assert sum(line.startswith("event_id,") for line in lines) == 1


def test_worlds_have_their_sizes_by_name() -> None:
    assert {str(name): tutors for name, tutors in SIZES.items()} == {
        "demo": 300,
        "full": 1_400,
        "tenfold": 14_000,
    }


def test_a_stopped_feed_stands_still_and_goes_on(data: str) -> None:
    done = a_seeded_world()
    seeding.begin(Pace(speed=1, playback=timedelta(minutes=3), start_in=timedelta()), now=NOW)
    said = orjson.loads(run("stop", "--wait", "0", "--json").stdout)
    assert said["paused"] is True
    assert said["posted_until"] == done.origin.isoformat(timespec="seconds")
    assert run("resume").exit_code == 0
    assert feed.status(real_now=NOW)["paused"] is False
