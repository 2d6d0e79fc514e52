"""`python -m rules diff | dry-run | backtest | replay`, on a small world that was judged."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from retention.clock import Clock
from retention.records import database
from retention.records.world import begin
from rules.__main__ import app
from rules.loader import SHIPPED
from tests.factories.judged_worlds import FIRST_DAY, HOUR, JudgedWorld
from tests.factories.rulebooks import a_published_book, changed

RUNNER = CliRunner()
TIPS_AT_LOW_RISK = ("low: [A3, H5]", "low: [A1, A3, H5]")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped rule files, with tips also for tutors at low risk."""
    for name, words in changed(*TIPS_AT_LOW_RISK).items():
        (tmp_path / name).write_text(words, encoding="utf-8")
    return tmp_path


def run(*words: object) -> Result:
    return RUNNER.invoke(app, [str(word) for word in words])


def told(*words: object, code: int = 0) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_diff_says_in_words_what_a_folder_changes(folder: Path) -> None:
    said = {one["rule_id"]: one["says"] for one in told("diff", SHIPPED, folder)["changes"]}
    assert said[""] == "The book: plan at low risk: A3, H5 → A1, A3, H5"
    assert said["A1.ratings"] == "A1.ratings: at risk bands: medium, high, critical → all"
    assert run("diff", SHIPPED, SHIPPED).output == "They are the same policy.\n"


def test_a_faulty_folder_is_told_with_every_fault(folder: Path) -> None:
    (folder / "more.yaml").write_text("rules: [{id: x}]", encoding="utf-8")
    result = run("diff", folder, folder)
    assert result.exit_code == 1
    assert "more.yaml:1:" in result.output
    assert "to mend" in result.output


@pytest.fixture
def world(data: str) -> None:
    """Ten days of eight tutors, who were judged."""
    found = JudgedWorld(tutors=8, seed=5, step=12 * HOUR)
    found.live(10)
    clock = Clock(origin_real=datetime.now(UTC), origin=found.now)
    with database.transaction() as session:
        begin(session, clock)


def test_a_changed_plan_is_tried_on_the_past_and_on_today(world: None, folder: Path) -> None:
    """Each tutor that differs is one whom the record shows as held back by the plan."""
    found, today = told("backtest", folder, "--from", f"{FIRST_DAY:%F}"), told("dry-run", folder)
    held = held_by_the_plan()
    newly = {(one["rule_id"], one["tutor_number"]) for one in found["differences"]}
    assert newly
    assert newly <= held
    assert {one["before"] for one in found["differences"]} == {0}
    now = {one["tutor_number"] for one in today["lines"] if one["comes_to"] in {"fires", "holdout"}}
    assert now <= {tutor for _, tutor in held}
    printed = run("backtest", folder, "--from", f"{FIRST_DAY:%F}").output
    assert "newly hit: " in printed
    assert "week of" in printed
    assert re.search(r"people_ops: \d+ cases today, .* h a week", run("dry-run", folder).output)
    assert told("backtest", "published", "--from", f"{FIRST_DAY:%F}")["differences"] == []


def held_by_the_plan() -> set[tuple[str, int]]:
    """Rule and tutor of what was held back because the plan has no such step."""
    wanted = text(
        "SELECT rule_id, tutor_number FROM decisions WHERE reason LIKE '%the plan has no such step%'"
    )
    with database.transaction() as session:
        return {(row.rule_id, row.tutor_number) for row in session.execute(wanted)}


def test_the_record_is_judged_again_without_a_difference_until_it_is_tampered_with(world: None) -> None:
    found = told("replay", "--from", f"{FIRST_DAY:%F}")
    assert (found["differences"], found["looks"] > 0) == ([], True)
    with database.transaction() as session:
        session.execute(text("UPDATE decisions SET reason = 'Otherwise.'"))
    found = told("replay", "--from", f"{FIRST_DAY:%F}", code=1)
    assert found["differences"][0].endswith(": another reason")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--from", "yesterday"), "yesterday is no day such as 2026-09-01."),
        (("--from", "2026-06-02", "--to", "2026-06-02"), "2 June 2026 is not before 2 June 2026."),
        (("--from", "2020-01-01", "--to", "2020-02-01"), "Nothing was looked at between 1 January 2020"),
    ],
)
def test_a_time_without_a_past_is_refused(data: str, words: tuple[str, ...], says: str) -> None:
    with database.transaction() as session:
        a_published_book(session)
    result = run("backtest", "published", *words)
    assert result.exit_code != 0
    assert says in " ".join(result.output.replace("│", " ").split())
