"""Rows of CSV and NDJSON files, each with the line on which it begins."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from api.import_mapping import File
from retention.errors import NotFound, Refusal

SURPLUS = "\0surplus"  # where csv puts cells beyond the header
LINES = {".ndjson", ".jsonl"}
NOT_TEXT = "Say its encoding in the mapping, e.g. encoding: cp1252."


@dataclass(frozen=True)
class Line:
    """One row, or why there is none."""

    number: int  # of the line in the file, the first is 1
    row: dict[str, Any] | None
    problem: str = ""


def header_of(file: File, path: Path) -> list[str]:
    """The columns of a CSV file; none of NDJSON, whose lines name their own. Raises NotFound or Refusal."""
    if not path.is_file():
        raise NotFound(f"There is no file {path}.", instead="Paths count from the mapping file.")
    if path.suffix in LINES:
        return []
    if path.suffix != ".csv":
        raise Refusal(f"{path.name} is neither .csv nor .ndjson.", instead="Name it by what it is.")
    with _readable(file, path), _opened(path, file) as text:
        header = next(csv.reader(text, delimiter=file.delimiter), [])
    twice = sorted({name for name in header if header.count(name) > 1})
    if not header or twice:
        what = f"names {', '.join(twice)} twice" if twice else "is empty"
        raise Refusal(f"The header of {path.name} {what}.", instead="Each column needs a name of its own.")
    return header


def lines_of(file: File, path: Path) -> Iterator[Line]:
    """Every row that holds something. Raises Refusal when the file is not in its encoding."""
    reader = _json_lines if path.suffix in LINES else _table
    with _readable(file, path):
        yield from reader(file, path)


@contextmanager
def _readable(file: File, path: Path) -> Iterator[None]:
    """Faults of a file as sentences."""
    try:
        yield
    except UnicodeDecodeError as fault:
        raise Refusal(f"{path.name} is not {file.encoding}: {fault.reason}.", instead=NOT_TEXT) from None
    except csv.Error as fault:
        raise Refusal(f"{path.name} cannot be read as a table: {fault}.", instead="Mend the file.") from None


def _table(file: File, path: Path) -> Iterator[Line]:
    with _opened(path, file) as text:
        table = csv.DictReader(text, delimiter=file.delimiter, restkey=SURPLUS, strict=True)
        before = 1
        for row in table:
            number, before = before + 1, table.line_num
            if SURPLUS in row:
                yield Line(number, None, "has more cells than the header has names")
            else:
                yield Line(number, row)


def _json_lines(file: File, path: Path) -> Iterator[Line]:
    with _opened(path, file) as text:
        for number, line in enumerate(text, start=1):
            if not line.strip():
                continue
            try:
                row = orjson.loads(line)
            except orjson.JSONDecodeError as fault:
                yield Line(number, None, f"is not valid JSON: {fault}")
                continue
            fits = isinstance(row, dict)
            yield Line(number, row if fits else None, "" if fits else "is not a JSON object")


def _opened(path: Path, file: File) -> Any:
    try:
        return path.open(encoding=file.encoding, newline="")
    except LookupError:
        raise Refusal(f"There is no encoding {file.encoding}.", instead=NOT_TEXT) from None
