"""A world as files: the records that it would post, one file a stream, for the import and for other tools."""

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO

import orjson

from retention.errors import Conflict
from retention.vocabulary import Stream
from simulator import world as worlds
from simulator.calibration import Tell
from simulator.world import WARM_UP

Record = dict[str, Any]
EVERY = 30  # days between two words of progress


class Form(StrEnum):
    """How records are written."""

    NDJSON = "ndjson"
    CSV = "csv"


COLUMNS: dict[Stream, tuple[str, ...]] = {
    Stream.EVENTS: (
        *("event_id", "tutor_id", "kind", "event_time"),
        *("details.name", "details.email", "details.subjects", "details.time_zone"),
        *("details.education_level", "details.location", "details.baseline_sessions_per_week"),
        *("details.preparation_minutes", "details.response_minutes", "details.hours_per_week"),
        *("details.module", "details.effective_on", "details.until"),
    ),
    Stream.SESSIONS: (
        *("event_id", "tutor_id", "event_time", "session_id", "transition", "student_ids", "session_number"),
        *("subject", "student_age_band", "session_type", "scheduled_start", "scheduled_minutes"),
        *("previous_start", "initiated_by", "reason", "actual_start", "duration_minutes", "engagement_score"),
        *("learning_objectives_met", "technical_issues"),
    ),
    Stream.FEEDBACK: (
        *("event_id", "tutor_id", "event_time", "session_id", "student_id", "overall_rating"),
        *("ratings.subject_knowledge", "ratings.communication", "ratings.patience", "ratings.engagement"),
        *("ratings.helpfulness", "first_experience", "would_work_again", "improvement_areas", "free_text"),
    ),
}


@dataclass(frozen=True)
class Wish:
    """Which world, and which of its days."""

    profile: str
    tutors: int
    seed: int
    days: int
    until: datetime  # the end of the last day


def export(wish: Wish, folder: Path, *, form: Form, tell: Tell) -> dict[str, int]:
    """Write the files; how many records each got. Raises Conflict when the folder holds something."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Conflict(f"{folder} is not empty.", instead="Name another folder.")
    written = dict.fromkeys((str(stream) for stream in COLUMNS), 0)
    first_day = wish.until - timedelta(days=wish.days + WARM_UP)
    world = worlds.born(first_day, tutors_wanted=wish.tutors, seed=wish.seed, name=wish.profile)
    files = {stream: (folder / f"{stream}.{form}").open("w", newline="") for stream in COLUMNS}
    try:
        for day in range(wish.days + WARM_UP):
            postings = sorted(one for one in worlds.live_a_day(world) if one.due < wish.until.timestamp())
            for stream, file in files.items():
                records = [one.record for one in postings if one.door == stream]
                _write(file, records, columns=COLUMNS[stream], form=form, begun=day > 0)
                written[stream] += len(records)
            if (day + 1) % EVERY == 0:
                tell("days written", (day + 1) / (wish.days + WARM_UP))
    finally:
        for file in files.values():
            file.close()
    return written


def _write(
    file: TextIO, records: Iterable[Record], *, columns: tuple[str, ...], form: Form, begun: bool
) -> None:
    if form is Form.NDJSON:
        file.writelines(orjson.dumps(record).decode() + "\n" for record in records)
        return
    table = csv.writer(file, lineterminator="\n")
    if not begun:
        table.writerow(columns)
    table.writerows([_cell(record, column) for column in columns] for record in records)


def _cell(record: Record, column: str) -> str:
    """A field as a cell: lists by semicolons, truth as the wire writes it, nothing as an empty cell."""
    value: Any = record
    for part in column.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(value)
    return value if isinstance(value, str) else json.dumps(value)
