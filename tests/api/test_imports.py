"""Real data from files: good rows are stored once, the others are told by line."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from sqlalchemy import text
from typer.testing import CliRunner, Result

from api.__main__ import commands
from retention.errors import NotFound, Refusal
from retention.records.database import transaction
from simulator.__main__ import app as simulator
from tests.api.test_ingestion import count

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "import"
TUTORS = {
    "file": "tutors.csv",
    "holds": "tutors",
    "fields": {
        "tutor_id": "id",
        "event_time": "joined",
        "details.name": "name",
        "details.email": "email",
        "details.subjects": "subjects",
        "details.baseline_sessions_per_week": "weekly",
    },
}
ADA = "t1,2025-01-05,Ada Byron,ada@x.example,Mathematics,12"
BOB = "t2,2025-01-06,Bob Moss,bob@x.example,English;History,8"
HEADER = "id,joined,name,email,subjects,weekly"


def run(mapping: Path, *words: str) -> Result:
    return CliRunner().invoke(commands, ["import", str(mapping), *words])


def report_of(result: Result) -> dict[str, Any]:
    return {one["file"]: one for one in orjson.loads(result.stdout)["files"]}


def a_mapping(folder: Path, *files: Mapping[str, object], **contents: str) -> Path:
    """A mapping with its files beside it; a file's name has `_` for its dot."""
    for name, content in contents.items():
        (folder / name.replace("_", ".")).write_text(content, encoding="utf-8")
    place = folder / "mapping.yaml"
    place.write_text(yaml.safe_dump({"version": 1, "files": [dict(one) for one in files]}))
    return place


def test_the_example_is_imported_whole_as_real_data(data: str) -> None:
    result = run(EXAMPLE / "mapping.yaml", "--json")
    assert result.exit_code == 0, result.output
    found = report_of(result)
    assert {name: one["stored"] for name, one in found.items()} == {
        "tutors.csv": 2,
        "events.ndjson": 2,
        "lessons.csv": 3,
        "reviews.csv": 1,
    }
    assert found["lessons.csv"]["unused"] == ["Invoice"]
    with transaction() as session:
        origins = set(session.scalars(text("SELECT DISTINCT origin FROM session_events")))
        start = session.scalar(text("SELECT scheduled_start FROM session_events WHERE session_id = 'L-1001'"))
        moments = session.scalar(text("SELECT count(*) FROM moments"))
        noted = session.scalar(text("SELECT count(*) FROM audit WHERE act = 'data.imported'"))
    assert origins == {"real"}
    assert str(start) == "2025-10-06 16:00:00+00:00"
    assert moments == 0
    assert noted == 4


def test_a_second_import_changes_nothing(data: str) -> None:
    run(EXAMPLE / "mapping.yaml")
    found = report_of(run(EXAMPLE / "mapping.yaml", "--json"))
    assert sum(one["stored"] for one in found.values()) == 0
    assert sum(one["repeated"] for one in found.values()) == 8
    assert count("session_events") == 3


def test_a_dry_run_says_the_same_and_stores_nothing(data: str, tmp_path: Path) -> None:
    wrong = "t3,2025-13-06,Cy,cy@x.example,English,8"
    mapping = a_mapping(tmp_path, TUTORS, tutors_csv=f"{HEADER}\n{ADA}\n{wrong}")
    dry = report_of(run(mapping, "--dry-run", "--json"))["tutors.csv"]
    assert count("tutors") == 0
    real = report_of(run(mapping, "--json"))["tutors.csv"]
    assert (dry["rows"], dry["refused"], dry["problems"]) == (real["rows"], real["refused"], real["problems"])
    assert count("tutors") == 1


def test_bad_rows_are_told_by_line_and_the_rest_is_stored(data: str, tmp_path: Path) -> None:
    rows = [
        HEADER,
        ADA,
        "t2,2025-02-30,No Such Day,a@x.example,English,8",
        't3,2025-01-07,"Two\nlines",c@x.example,English,8',
        "t4,2025-01-08,Too Much,d@x.example,English,8,9",
        "t5,2025-01-08,No Number,e@x.example,English,many",
        "t6,2093-01-08,Not Yet,f@x.example,English,8",
        BOB,
        ADA,
    ]
    result = run(a_mapping(tmp_path, TUTORS, tutors_csv="\n".join(rows)), "--json")
    assert result.exit_code == 1
    found = report_of(result)["tutors.csv"]
    told = {(one["line"], one["field"]) for one in found["problems"]}
    assert told == {
        (3, "event_time"),
        (6, ""),
        (7, "details.baseline_sessions_per_week"),
        (8, "event_time"),
    }
    assert (found["rows"], found["stored"], found["repeated"], found["refused"]) == (8, 3, 1, 4)
    (twin,) = found["duplicates"]
    assert twin["line"] == 10
    assert "line 2" in twin["says"]


def test_a_changed_row_under_an_old_id_is_told_and_the_first_stands(data: str, tmp_path: Path) -> None:
    run(a_mapping(tmp_path, TUTORS, tutors_csv=f"{HEADER}\n{ADA}"))
    result = run(a_mapping(tmp_path, TUTORS, tutors_csv=f"{HEADER}\n{ADA.replace('12', '20')}"))
    assert result.exit_code == 1
    assert "tutors.csv:2: event_id: was used before with another body" in result.output


def test_rows_of_unknown_tutors_are_left_out_also_in_a_dry_run(data: str, tmp_path: Path) -> None:
    lines = '{"tutor_id": "nobody", "kind": "login", "event_time": "2025-10-06T15:40:00Z"}\nnonsense\n'
    mapping = a_mapping(tmp_path, {"file": "events.ndjson", "holds": "events"}, events_ndjson=lines)
    for words in ([], ["--dry-run"]):
        output = run(mapping, *words).output
        assert "events.ndjson:1: tutor_id: is an unknown tutor" in output
        assert "events.ndjson:2: is not valid JSON" in output


def test_every_problem_goes_into_a_file_when_asked(data: str, tmp_path: Path) -> None:
    rows = [HEADER] + [f"t{number},yesterday,N,n@x.example,English,8" for number in range(30)]
    out = tmp_path / "problems.csv"
    result = run(a_mapping(tmp_path, TUTORS, tutors_csv="\n".join(rows)), "--problems", str(out))
    assert "… and 10 more" in result.output
    assert len(out.read_text().splitlines()) == 31


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"fields": {"tutor_id": "number"}}, "tutors.csv has no column number. It has id, joined"),
        ({"file": "absent.csv"}, "There is no file"),
        ({"holds": "teachers"}, "files.0.holds"),
        ({"fields": {"tutor_id": {"column": "id", "constant": "x"}}}, "either a column or a constant"),
        ({"encoding": "klingon"}, "There is no encoding klingon"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_before_the_first_row(
    data: str, tmp_path: Path, change: dict[str, object], told: str
) -> None:
    result = run(a_mapping(tmp_path, TUTORS | change, tutors_csv=f"{HEADER}\n{ADA}"))
    assert isinstance(result.exception, Refusal)
    assert told in str(result.exception)
    assert count("tutors") == 0


def test_a_file_in_another_encoding_is_refused_with_a_way_out(data: str, tmp_path: Path) -> None:
    mapping = a_mapping(tmp_path, TUTORS)
    (tmp_path / "tutors.csv").write_bytes(f"{HEADER}\n{ADA.replace('Ada', 'Zoë')}".encode("cp1252"))
    result = run(mapping)
    assert "encoding: cp1252" in str(result.exception)


def test_an_unknown_mapping_is_told(tmp_path: Path) -> None:
    assert isinstance(run(tmp_path / "none.yaml").exception, NotFound)


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_what_the_simulator_exports_is_imported_without_a_remark(
    data: str, tmp_path: Path, form: str
) -> None:
    folder = tmp_path / "world"
    words = ["export", str(folder), "--tutors", "6", "--days", "12", "--form", form, "--until", "2026-06-20"]
    written = orjson.loads(CliRunner().invoke(simulator, [*words, "--json"]).stdout)
    files = [{"file": f"{name}.{form}", "holds": name} for name in ("events", "sessions", "feedback")]
    found = report_of(run(a_mapping(folder, *files), "--json"))
    assert {name: one["stored"] for name, one in found.items()} == {
        f"{name}.{form}": many for name, many in written.items()
    }
    assert written["sessions"] > 50
