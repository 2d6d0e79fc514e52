"""What the component score looks at, from a cube: so that it is judged on the same rows as the models."""

import numpy as np

from ml.components import components_of
from ml.measures import Sums, measures_of
from ml.patterns import patterns_of
from ml.person_periods import Snapshots
from ml.scale import probability_of
from ml.score import component_sum
from ml.windows import Windows, days_since, share
from retention.measures.cube import Cube, Floats

RATED_DAYS = 30  # the last 30 ratings are approximated by those of 30 days


def component_chances(cube: Cube, shots: Snapshots) -> Floats:
    """(rows,) the 30-day probability that the component score gives each row."""
    days = np.unique(shots.day)
    columns = _columns(cube, Windows(cube, days))
    place = np.searchsorted(days, shots.day)
    rows = {name: table[shots.tutor, place] for name, table in columns.items()}
    chances = [
        _chance(cube, int(tutor), {name: column[row] for name, column in rows.items()})
        for row, tutor in enumerate(shots.tutor)
    ]
    return np.array(chances)


def _columns(cube: Cube, windows: Windows) -> dict[str, Floats]:
    here = np.clip(windows.tenure() + 1, 0, 14), np.clip(windows.tenure() - 13, 0, 14)
    month, before = (
        share(windows.sums("rating_sum", 30, before=back), windows.sums("rated_n", 30, before=back))
        for back in (0, 30)
    )
    booked = windows.sums("booked", 30)
    return {
        "tenure_days": windows.tenure(),
        "silent_days": days_since(cube, "completed", windows.days),
        "sessions_14d": windows.sums("completed", 14),
        "sessions_before": windows.sums("completed", 14, before=14),
        "logins_14d": windows.sums("logins", 14),
        "logins_before": windows.sums("logins", 14, before=14),
        "days_14d": here[0],
        "days_before": here[1],
        "moves_7d": windows.sums("tutor_moves", 7),
        "first_poor_7d": windows.sums("first_poor", 7),
        "first_poor_30d": windows.sums("first_poor", 30),
        "no_shows_14d": windows.sums("tutor_no_shows", 14),
        "rating": month,
        "rated": windows.sums("rated_n", RATED_DAYS),
        "rating_change": month - before,
        "reschedule_pct": 100 * share(windows.sums("tutor_moves", 30), booked),
        "first_success_pct": 100
        * share(windows.sums("first_succeeded", 90), windows.sums("first_rated", 90)),
        "first_rated": windows.sums("first_rated", 90),
        "no_show_pct": 100 * share(windows.sums("tutor_no_shows", 30), booked),
        "on_leave": cube.on_leave[:, windows.days].astype(np.float64),
    }


def _chance(cube: Cube, tutor: int, row: dict[str, float]) -> float:
    known = {name: None if np.isnan(value) else float(value) for name, value in row.items()}
    sums = Sums(
        tutor_number=int(cube.numbers[tutor]),
        on_leave=bool(row["on_leave"]),
        missed_14d=int(row["no_shows_14d"]),
        availability_hours=None,
        availability_before=None,
        **{name: value for name, value in known.items() if name != "on_leave"},  # type: ignore[arg-type]
    )
    measures = measures_of(sums)
    return probability_of(component_sum(components_of(measures), patterns_of(sums, measures)))
