"""Aware times everywhere, business time only from the clock, and workflows that replay the same."""

from pathlib import Path

import pytest

from tests.architecture import contracts, source, times


def test_the_house_has_no_naive_time_and_no_database_time() -> None:
    assert times.naive_datetimes(source.ROOT) == []
    assert times.database_times(source.ROOT) == []


@pytest.mark.parametrize(
    "text",
    [
        "datetime.now()",
        "datetime.utcnow()",
        "datetime.today()",
        "date.today()",
        "datetime.fromtimestamp(3)",
        "dt.datetime.now()",
        "datetime(2026, 11, 22)",
        "datetime.datetime(2026, 11, 22, 13, 5)",
    ],
)
def test_a_naive_time_is_found(tmp_path: Path, text: str) -> None:
    source.plant(tmp_path, "rules/naive.py", f"when = {text}\n")
    assert len(times.naive_datetimes(tmp_path)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "datetime.now(UTC)",
        "datetime.now(tz=UTC)",
        "datetime.fromtimestamp(3, UTC)",
        "datetime(2026, 11, 22, tzinfo=UTC)",
        "clock.now()",
        "workflow.now()",
    ],
)
def test_an_aware_time_is_fine(tmp_path: Path, text: str) -> None:
    source.plant(tmp_path, "rules/aware.py", f"when = {text}\n")
    assert times.naive_datetimes(tmp_path) == []


@pytest.mark.parametrize(
    "text",
    ["text('select now()')", "func.now()", "func.current_timestamp()", "'where due < CURRENT_TIMESTAMP'"],
)
def test_real_time_in_sql_is_found(tmp_path: Path, text: str) -> None:
    source.plant(tmp_path, "retention/records/tasks.py", f"query = {text}\n")
    assert len(times.database_times(tmp_path)) == 1


def test_a_docstring_may_speak_of_now(tmp_path: Path) -> None:
    source.plant(tmp_path, "retention/records/tasks.py", '"""Never now() here."""\n')
    source.plant(tmp_path, "retention/records/known.py", "known_at = 'select known_at, nowhere'\n")
    assert times.database_times(tmp_path) == []


def test_a_workflow_and_what_it_imports_replay_the_same() -> None:
    graph = contracts.graph_of(contracts.options_of(source.ROOT))
    reach = times.workflow_reach(source.ROOT, graph)
    assert source.ROOT / times.CLOCK in reach or not list((source.ROOT / "workflows").glob("[a-z]*.py"))
    assert times.unrepeatable(source.ROOT, reach) == []


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("workflows/coaching.py", "datetime.now(UTC)"),
        ("workflows/coaching.py", "self.clock.now()"),
        ("workflows/coaching.py", "random.random()"),
        ("workflows/coaching.py", "uuid.uuid4()"),
        ("workflows/coaching.py", "time.time()"),
        ("retention/policy.py", "datetime.now(UTC)"),  # passed through: the sandbox would not notice
        ("retention/policy.py", "os.getenv('X')"),
    ],
)
def test_what_differs_on_replay_is_found(tmp_path: Path, place: str, text: str) -> None:
    source.plant(tmp_path, place, f"it = {text}\n")
    assert len(times.unrepeatable(tmp_path, [tmp_path / place])) == 1


def test_the_workflows_own_time_and_chance_are_fine(tmp_path: Path) -> None:
    text = "a = workflow.now()\nb = workflow.random().random()\nc = workflow.uuid4()\nd = uuid.UUID('x')\n"
    source.plant(tmp_path, "workflows/coaching.py", text)
    assert times.unrepeatable(tmp_path, [tmp_path / "workflows/coaching.py"]) == []
