"""The doctor says in words what is wrong, and machines can read it."""

import json
import os
import subprocess
import sys
from pathlib import Path

from local import places, ports
from local.world import World


def ask(*words: str, home: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "local", *words],
        cwd=places.CHECKOUT,
        env=os.environ | {"MAINSTAY_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout


def a_world_that_does_not_run() -> World:
    nowhere = f"{ports.LOOPBACK}:{ports.free_port()}"
    return World(
        processes={"api": (1, 0.0)},
        environment={
            "DATABASE_URL": f"postgresql+psycopg://nobody@{nowhere}/nothing",
            "TEMPORAL_ADDRESS": nowhere,
            "TEMPORAL_NAMESPACE": "mainstay",
            "TEMPORAL_UPKEEP_NAMESPACE": "mainstay-upkeep",
            "PUBLIC_URL": f"http://{nowhere}",
        },
    )


def test_without_a_world_it_says_how_to_make_one(own_home: Path) -> None:
    code, said = ask("doctor", home=own_home)
    assert code == 1
    assert "make up" in said


def test_each_part_that_does_not_answer_is_named_and_the_others_are_still_asked(own_home: Path) -> None:
    a_world_that_does_not_run().keep()
    code, said = ask("doctor", "--json", home=own_home)
    findings = {one["part"]: one for one in json.loads(said)["parts"]}
    ill = {part for part, one in findings.items() if not one["well"]}
    assert code == 1
    assert ill >= {"launcher", "processes", "database", "temporal", "pages"}
    assert findings["processes"]["says"].startswith("Not running: api")
    assert findings["disk"]["well"]


def test_status_of_nothing_is_not_an_error(own_home: Path) -> None:
    code, said = ask("status", "--json", home=own_home)
    assert (code, json.loads(said)) == (0, {"running": False})


def test_cleaning_removes_the_world(own_home: Path) -> None:
    World().keep()
    code, _ = ask("clean", home=own_home)
    assert code == 0
    assert not own_home.exists()


def test_cleaning_leaves_what_is_not_ours(own_home: Path) -> None:
    (own_home / "letters").mkdir()
    World().keep()
    ask("clean", home=own_home)
    assert [left.name for left in own_home.iterdir()] == ["letters"]
