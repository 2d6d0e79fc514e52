"""`python -m api import`: real data from files, by the same validation as what is posted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from api.import_files import Line, header_of, lines_of
from api.import_mapping import STREAMS, File, Holds, Mapping, Source, record_of
from retention.errors import Refusal
from retention.messages import reading
from retention.messages.ingestion import AnyRecord
from retention.messages.reading import Problem, Unreadable
from retention.records import audit, ingestion, tutors, world
from retention.records.database import transaction
from retention.records.ingestion import IN_FUTURE, UNKNOWN_TUTOR
from retention.vocabulary import BehaviourKind, Origin, Receipt

ORDER = (Holds.TUTORS, Holds.EVENTS, Holds.SESSIONS, Holds.FEEDBACK)  # a tutor before the tutor's sessions
CHUNK = 5_000  # rows in one transaction
LAG = timedelta(minutes=5)  # from a fact until the other system knew it; ours
OPERATOR = "operator"  # the audit's name for a command line


@dataclass(frozen=True)
class Trouble:
    """A row that was not taken, or a remark on one that was."""

    file: str
    line: int
    field: str
    says: str


@dataclass
class Report:
    """What became of one file."""

    file: str
    holds: Holds
    rows: int = 0
    stored: int = 0
    repeated: int = 0
    refused: int = 0
    unused: list[str] = field(default_factory=list)  # columns that no field comes from
    problems: list[Trouble] = field(default_factory=list)
    duplicates: list[Trouble] = field(default_factory=list)


@dataclass(frozen=True)
class _Read:
    """A row that reads well."""

    line: int
    record: AnyRecord


@dataclass
class _Work:
    """One file in hand; in a dry run nothing is stored, and tutors of the files count as known."""

    file: File
    path: Path
    report: Report
    dry: set[str] | None
    seen: dict[str, int] = field(default_factory=dict)  # event id -> line


def import_all(mapping: Mapping, folder: Path, *, dry_run: bool) -> list[Report]:
    """Take in every file, tutors first. Raises Refusal before the first row when a file does not fit."""
    files = sorted(mapping.files, key=lambda file: ORDER.index(file.holds))
    introduced: set[str] | None = set() if dry_run else None
    works = [_Work(file, folder / file.file, _checked(file, folder), introduced) for file in files]
    for work in works:
        for chunk in _chunks(work):
            _look_over(work, chunk) if work.dry is not None else _store(work, chunk)
    if not dry_run:
        _note([work.report for work in works])
    return [work.report for work in works]


def _checked(file: File, folder: Path) -> Report:
    """An empty report, once the file's header has every column that the mapping names."""
    header = header_of(file, folder / file.file)
    named = {source.column for source in file.sources().values() if source.column is not None}
    missing = sorted(named - set(header)) if header else []
    if missing:
        raise Refusal(
            f"{file.file} has no column {', '.join(missing)}.", instead=f"It has {', '.join(header)}."
        )
    return Report(file.file, file.holds, unused=sorted(set(header) - named) if named else [])


def _chunks(work: _Work) -> Iterator[list[_Read]]:
    """Rows that read well, some thousand at a time; of mixed events the tutors' first records lead."""
    passes = (True, False) if work.file.holds is Holds.EVENTS else (None,)
    ready: list[_Read] = []
    for read in chain.from_iterable(_rows(work, introducing=one) for one in passes):
        ready.append(read)
        if len(ready) == CHUNK:
            yield ready
            ready = []
    yield ready


def _rows(work: _Work, *, introducing: bool | None) -> Iterator[_Read]:
    sources = work.file.sources()
    for line in lines_of(work.file, work.path):
        first = line.row is not None and _introduces(line, work.file, sources)
        if introducing is not None and first is not introducing:
            continue
        work.report.rows += 1
        read = _read(work, line, sources)
        if read is not None:
            yield read


def _introduces(line: Line, file: File, sources: dict[str, Source]) -> bool:
    return record_of(line.row or {}, file, sources).get("kind") == BehaviourKind.ONBOARDED


def _read(work: _Work, line: Line, sources: dict[str, Source]) -> _Read | None:
    """The record on a line; None when it is none, which the report then tells."""
    if line.row is None:
        _refuse(work, line.number, [Problem(path="", message=line.problem)])
        return None
    try:
        record = reading.checked(STREAMS[work.file.holds], record_of(line.row, work.file, sources))
    except Unreadable as fault:
        _refuse(work, line.number, fault.problems)
        return None
    before = work.seen.setdefault(record.event_id, line.number)
    if before != line.number:
        says = f"has the event id of line {before}: {record.event_id}"
        work.report.duplicates.append(Trouble(work.file.file, line.number, "event_id", says))
    return _Read(line.number, record)


def _refuse(work: _Work, line: int, problems: Sequence[Problem]) -> None:
    work.report.refused += 1
    work.report.problems += [Trouble(work.file.file, line, one.path, one.message) for one in problems]


def _store(work: _Work, chunk: Sequence[_Read]) -> None:
    with transaction() as session:
        timely = _timely(work, chunk, now=world.the_clock(session).now())
        records = [one.record for one in timely]
        answers = ingestion.store_history(
            session, STREAMS[work.file.holds], records, origin=Origin.REAL, lag=LAG
        )
    for one, answer in zip(timely, answers, strict=True):
        if answer.problem is not None:
            _refuse(work, one.line, [answer.problem])
        work.report.stored += answer.receipt is Receipt.STORED
        work.report.repeated += answer.receipt is Receipt.REPEATED


def _look_over(work: _Work, chunk: Sequence[_Read]) -> None:
    """What can be said without storing: the instants, and whether each tutor is known or in the files."""
    known = work.dry if work.dry is not None else set()
    with transaction() as session:
        timely = _timely(work, chunk, now=world.the_clock(session).now())
        stored = tutors.numbers_of(session, {one.record.tutor_id for one in timely})
    known |= {
        one.record.tutor_id for one in timely if getattr(one.record, "kind", "") == BehaviourKind.ONBOARDED
    }
    for one in timely:
        if one.record.tutor_id not in known and one.record.tutor_id not in stored:
            _refuse(work, one.line, [UNKNOWN_TUTOR])


def _timely(work: _Work, chunk: Sequence[_Read], *, now: datetime) -> list[_Read]:
    late = [one for one in chunk if one.record.event_time > now]
    for one in late:
        _refuse(work, one.line, [IN_FUTURE])
    return [one for one in chunk if one.record.event_time <= now]


def _note(reports: Sequence[Report]) -> None:
    with transaction() as session:
        for report in reports:
            audit.note(
                session,
                "data.imported",
                actor=OPERATOR,
                subject=f"import/{report.holds}",
                rows=report.rows,
                stored=report.stored,
                repeated=report.repeated,
                refused=report.refused,
            )
