"""What the component score looks at, from a cube: so that it is judged on the same rows as the models."""

import numpy as np

from ml.components import components_of
from ml.measures import Sums, measures_of
from ml.patterns import patterns_of
from ml.person_periods import Snapshots
from ml.scale import probability_of
from ml.score import component_sum
from ml.windows import Windows, days_since, share, stated
from retention.measures.cube import Cube, Floats, Ints

STATED_BEFORE = 28  # days ago: the hours offered then are what today's are held against
RATED_DAYS = 30  # the last 30 ratings are approximated by those of 30 days


def component_chances(cube: Cube, shots: Snapshots) -> Floats:
    """(rows,) the 30-day probability that the component score gives each row."""
    days = np.unique(shots.day)
    columns = _columns(cube, Windows(cube, days))
    place = np.searchsorted(days, shots.day)
    rows = {name: table[shots.tutor, place] for name, table in columns.items()}
    chances = [
        _chance(_sums(cube, int(tutor), {name: column[row] for name, column in rows.items()}))
        for row, tutor in enumerate(shots.tutor)
    ]
    return np.array(chances)


def sums_of(cube: Cube, day: int) -> list[Sums]:
    """The sums of every tutor at the end of a day, as `retention.records.churn.sums_of` has them."""
    columns = _columns(cube, Windows(cube, np.array([day])))
    return [
        _sums(cube, tutor, {name: column[tutor, 0] for name, column in columns.items()})
        for tutor in range(cube.tutors)
    ]


def _columns(cube: Cube, windows: Windows) -> dict[str, Floats]:
    return {**_of_activity(cube, windows), **_of_quality(windows)}


def _of_activity(cube: Cube, windows: Windows) -> dict[str, Floats]:
    """Days on leave are no days at work, and no silence."""
    tenure, no_shows = windows.tenure(), windows.sums("tutor_no_shows", 14)
    hours = stated(cube)
    return {
        "tenure_days": tenure,
        "silent_days": np.maximum(0, days_since(cube, "completed", windows.days) - _away(cube, windows.days)),
        "on_leave": cube.on_leave[:, windows.days].astype(np.float64),
        "sessions_14d": windows.sums("completed", 14),
        "sessions_before": windows.sums("completed", 14, before=14),
        "logins_14d": windows.sums("logins", 14),
        "logins_before": windows.sums("logins", 14, before=14),
        "days_14d": np.clip(tenure + 1, 0, 14) - windows.sums("on_leave", 14),
        "days_before": np.clip(tenure - 13, 0, 14) - windows.sums("on_leave", 14, before=14),
        "moves_7d": windows.sums("tutor_moves", 7),
        "no_shows_14d": no_shows,
        "missed_14d": no_shows + windows.sums("tutor_cancels", 14),
        "availability_hours": hours[:, windows.days],
        "availability_before": np.where(
            windows.days >= STATED_BEFORE, hours[:, np.maximum(windows.days - STATED_BEFORE, 0)], np.nan
        ),
    }


def _away(cube: Cube, days: Ints) -> Floats:
    """Days on leave since the last session; none for who never taught."""
    last = np.where(cube.completed > 0, np.arange(cube.days)[None, :], -1)
    last = np.maximum.accumulate(last, axis=1)[:, days]
    leave = np.cumsum(cube.on_leave, axis=1)
    since: Ints = leave[:, days] - np.take_along_axis(leave, np.maximum(last, 0), axis=1)
    return np.where(last >= 0, since, 0).astype(np.float64)


def _of_quality(windows: Windows) -> dict[str, Floats]:
    month, before = (
        share(windows.sums("rating_sum", 30, before=back), windows.sums("rated_n", 30, before=back))
        for back in (0, 30)
    )
    booked = windows.sums("booked", 30)
    return {
        "first_poor_7d": windows.sums("first_poor", 7),
        "first_poor_30d": windows.sums("first_poor", 30),
        "rating": month,
        "rated": windows.sums("rated_n", RATED_DAYS),
        "rating_change": month - before,
        "reschedule_pct": np.minimum(100, 100 * share(windows.sums("tutor_moves", 30), booked)),
        "first_success_pct": 100
        * share(windows.sums("first_succeeded", 90), windows.sums("first_rated", 90)),
        "first_rated": windows.sums("first_rated", 90),
        "no_show_pct": 100 * share(windows.sums("tutor_no_shows", 30), booked),
    }


def _sums(cube: Cube, tutor: int, row: dict[str, float]) -> Sums:
    known = {name: None if np.isnan(value) else float(value) for name, value in row.items()}
    return Sums(
        tutor_number=int(cube.numbers[tutor]),
        on_leave=bool(row["on_leave"]),
        **{name: value for name, value in known.items() if name != "on_leave"},  # type: ignore[arg-type]
    )


def _chance(sums: Sums) -> float:
    measures = measures_of(sums)
    return probability_of(component_sum(components_of(measures), patterns_of(sums, measures)))
