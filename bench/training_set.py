"""What models learn from: every tutor-day's features, from raw rows as they were known, against arrays alone.

Ours: raw rows counted into days with what was known of each, then 35 features of every tutor at the end of
every day, in windows of 7 to 90 days. The limit: days that are rolled up already copied out of their table,
and 85 window sums over them by differences of running sums (performance guide 1). And how the cost of one
day's features grows, which is what serving pays each day.
"""

from datetime import timedelta

import numpy as np
from sqlalchemy import text

from bench import history, stopwatch
from bench.bed import NOW, Bed, database
from bench.rows import Row, interleaved
from ml.features import features
from retention.measures.periods import complete_until
from retention.records import batches, cubes, rollup
from retention.records.cubes import Span
from retention.records.database import Session

TUTORS, SMALL, TIMES = 300, 120, 10
ROUNDS = 3
TARGET, GROWTH = 8.0, 11.0
SUMS = 85  # windows of the measures of a tutor's day
WINDOWS = (7, 14, 21, 28, 30, 60, 90)
COLUMNS = (
    "completed", "booked", "tutor_moves", "tutor_no_shows", "late_starts", "technical_issues",
    "objectives_known", "objectives_met", "rated_n", "rating_sum", "first_rated", "first_succeeded", "logins",
)  # fmt: skip
COPIED = f"SELECT tutor_number, day - date '2025-01-01', {', '.join(COLUMNS)} FROM tutor_days"
# Days as known are counted from the onboarding records, which the common history does without.
ONBOARDED = """
INSERT INTO behaviour_events (event_id, tutor_number, kind, event_time, known_at, origin, details, digest)
SELECT 'o' || number, number, 'onboarded', onboarded_at, onboarded_at, 'synthetic',
  '{"baseline_sessions_per_week": 15}', '' FROM tutors
"""


def rows(tutors: int = TUTORS, small: int = SMALL, *, times: int = TIMES) -> list[Row]:
    """The training set against its limit, and the growth of one day's features."""
    mine, theirs, ratio = _training_set(tutors)
    little, much = (_one_day(many) for many in (small, small * times))
    growth = much / little
    said = f"{tutors} tutors, every day's features from raw rows / copied days and {SUMS} window sums"
    return [
        Row("training_set", said, tutors * history.DAYS, mine, theirs, "cpu_s", ratio, TARGET),
        Row(
            "training_set", f"features of one day: growth for {times}x tutors", small * times, much, little,
            "cpu_s", growth, GROWTH,
        ),
    ]  # fmt: skip


def _training_set(tutors: int) -> tuple[float, float, float]:
    with database() as bed:
        _filled(bed, tutors)
        with Session(bed.app) as session, session.begin():
            batch = batches.claim_batch(session, NOW, limit=10**6)
            rollup.reroll(session, batch.batch_id, as_of=NOW)
        return interleaved(lambda: _ours(bed), lambda: _limit(bed, tutors), rounds=ROUNDS)


def _filled(bed: Bed, tutors: int) -> None:
    history.fill(bed, tutors=tutors)
    with bed.owner.begin() as owner:
        owner.execute(text(ONBOARDED))
    with bed.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as owner:
        owner.execute(text("VACUUM ANALYZE"))


def _span() -> Span:
    last = complete_until(NOW)
    return Span(last - timedelta(days=history.DAYS - 1), last, NOW)


def _ours(bed: Bed) -> float:
    with Session(bed.app) as session, session.begin():

        def work() -> None:
            cube = cubes.cube_of(session, cubes.everybody(session, cutoff=NOW), _span())
            features(cube, np.arange(cube.days))

        return stopwatch.cpu_with_backend(session, work)


def _limit(bed: Bed, tutors: int) -> float:
    with Session(bed.app) as session, session.begin():

        def work() -> None:
            door = session.connection().connection.driver_connection
            assert door is not None
            with door.cursor().copy(f"COPY ({COPIED}) TO STDOUT WITH (DELIMITER ',', NULL '0')") as out:
                said = b"".join(bytes(part) for part in out)
            lines = said.count(b"\n")
            table = np.fromstring(said.replace(b"\n", b",").decode().rstrip(","), sep=",").reshape(lines, -1)
            _window_sums(table, tutors)

        return stopwatch.cpu_with_backend(session, work)


def _window_sums(table: np.ndarray, tutors: int) -> None:
    """85 sums over the last days of a dense (measure, tutor, day) array."""
    tutor, day = (column.astype(np.int64) - int(column.min()) for column in table.T[:2])
    dense = np.zeros((len(COLUMNS), tutors, int(day.max()) + 1))
    dense[:, tutor, day] = table.T[2:]
    running = np.concatenate([np.zeros_like(dense[:, :, :1]), np.cumsum(dense, axis=2)], axis=2)
    ends = np.arange(dense.shape[2]) + 1
    for number in range(SUMS):
        starts = np.maximum(ends - WINDOWS[number % len(WINDOWS)], 0)
        measure = running[number % len(COLUMNS)]
        _ = measure[:, ends] - measure[:, starts]


def _one_day(tutors: int) -> float:
    """CPU seconds for the features of everybody's last whole day, the median of some rounds."""
    with database() as bed:
        _filled(bed, tutors)
        spent = [_asked(bed) for _ in range(ROUNDS + 1)][1:]
        return float(np.median(spent))


def _asked(bed: Bed) -> float:
    with Session(bed.app) as session, session.begin():

        def work() -> None:
            cube = cubes.cube_of(session, cubes.everybody(session, cutoff=NOW), _span())
            features(cube, np.array([cube.days - 1]))

        return stopwatch.cpu_with_backend(session, work)
