"""What a model says of a tutor: the window that stands out, and the groups that go with it."""

import math

import numpy as np
import pytest

from ml import serving
from ml.features import FEATURES, NAMES
from ml.horizons import HORIZONS
from ml.serving import Forecast
from retention import policy

BASE = {"1": 0.002, "7": 0.01, "30": 0.05, "90": 0.12}


def a_forecast(contributions: dict[str, float], **values: float) -> Forecast:
    shares = tuple(contributions.get(name, 0.0) for name in NAMES)
    return Forecast(
        version_id=1,
        chances=(0.002, 0.02, 0.06, 0.13),
        relative={"1": 1.0, "7": 2.0, "30": 1.2, "90": 1.1},
        window_days=7,
        values=tuple(values.get(name, math.nan) for name in NAMES),
        shares=shares,
        rest=(0.0, 0.0),
        heavy=serving.heaviest(np.array([shares]))[0],
    )


def test_groups_come_the_heaviest_first_led_by_their_heaviest_feature() -> None:
    told = {
        "logins_7d": 0.2,
        "engagement_score_7d": 0.5,
        "sessions_7d": 0.9,
        "sessions_30d": -0.5,
        "month": 9,
    }
    forecast = a_forecast(told, engagement_score_7d=31.0, sessions_7d=2.0)
    found = serving.factors_of(forecast, {"sessions_7d": 12.0})
    assert [(one["name"], one["measure"], one["log_odds"]) for one in found] == [
        ("engagement", "engagement_score_7d", pytest.approx(0.7)),
        ("activity", "sessions_7d", pytest.approx(0.4)),
    ]  # the calendar is alike for all, and what speaks for staying is no reason
    assert [(one["value"], one["peer_median"], one["unit"]) for one in found] == [
        (31.0, None, "of 100"),
        (2.0, 12.0, "sessions"),
    ]


def test_at_most_three_groups_are_told() -> None:
    every = {feature.name: 0.1 for feature in FEATURES}
    assert len(serving.factors_of(a_forecast(every), {})) == serving.TOP


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("response_p50_7d", math.log1p(30), (pytest.approx(30), "minutes")),
        ("reschedule_rate_7d", 0.25, (25.0, "%")),
        ("avg_rating_30d", math.nan, (None, "stars")),
    ],
)
def test_values_are_said_as_people_say_them(name: str, value: float, said: tuple[object, str]) -> None:
    (found,) = serving.factors_of(a_forecast({name: 1.0}, **{name: value}), {})
    assert (found["value"], found["unit"]) == said


@pytest.mark.parametrize(("days_left", "raised"), [(1, 4), (2, 3), (7, 3), (8, 2), (30, 2), (31, 1), (91, 0)])
def test_a_notice_raises_the_windows_that_reach_its_day(days_left: int, raised: int) -> None:
    told = serving.told_of_notice(a_forecast({}), days_left=days_left, base=BASE)
    assert [chance == policy.NOTICE_CHANCE for chance in told.chances] == [
        place >= len(HORIZONS) - raised for place in range(len(HORIZONS))
    ]
    assert list(told.chances) == sorted(told.chances)
    assert told.relative["90"] == pytest.approx(told.chances[3] / BASE["90"])


def rows(teaching: int, unknown: int) -> np.ndarray:
    matrix = np.full((teaching + 5, len(NAMES)), 4.0, dtype=np.float32)
    matrix[:, NAMES.index("sessions_30d")] = 30
    matrix[teaching:, NAMES.index("sessions_30d")] = policy.FEW_DATA - 1
    matrix[teaching:, NAMES.index("avg_rating_30d")] = np.nan  # who hardly teaches is hardly rated
    matrix[:unknown, NAMES.index("avg_rating_30d")] = np.nan
    return matrix


@pytest.mark.parametrize(
    ("teaching", "unknown", "too_much"),
    [(20, 3, False), (20, 4, True), (19, 19, False), (0, 0, False)],
)
def test_core_facts_are_missed_of_those_who_teach_only(
    teaching: int, unknown: int, *, too_much: bool
) -> None:
    assert serving.too_much_unknown(rows(teaching, unknown)) is too_much


def test_medians_leave_out_what_nobody_has() -> None:
    one, other = ([float(place)] * len(NAMES) for place in (1, 3))
    for row in (one, other):
        row[NAMES.index("avg_rating_7d")] = math.nan
    one[NAMES.index("logins_7d")] = math.nan
    found = serving.medians_of([one, other])
    assert (found["sessions_7d"], found["logins_7d"], "avg_rating_7d" in found) == (2.0, 3.0, False)
    assert serving.medians_of([]) == {}
