"""The slices of the judged rows that say what staff had done."""

from datetime import timedelta

import numpy as np
import pytest

from ml.assessment import TREATED, judging, live_cut, treated
from ml.labels import labels
from tests.ml.cubes import FIRST_DAY, a_cube, tiring_cube


@pytest.mark.parametrize(
    ("acted_on", "day", "is_treated"),
    [
        (40, 39, False),
        (40, 40, True),
        (40, 40 + TREATED - 1, True),
        (40, 40 + TREATED, False),
        (-TREATED + 1, 0, True),  # before the days begin
        (-TREATED, 0, False),
    ],
)
def test_who_was_helped_counts_as_treated_for_30_days(acted_on: int, day: int, *, is_treated: bool) -> None:
    cube = a_cube(90, 2)
    found = treated(cube, {10_001: [FIRST_DAY + timedelta(days=acted_on)], 99_999: [FIRST_DAY]})
    assert bool(found[0, day]) is is_treated
    assert not found[1].any()


def test_treated_and_untreated_rows_are_slices_that_make_up_all() -> None:
    cube, every_month = tiring_cube(40, 110), [FIRST_DAY + timedelta(days=at) for at in range(0, 110, 30)]
    judged = judging(
        cube, labels(cube), live_cut(cube.days), acted={10_001: every_month, 10_002: every_month}
    )
    assert set(judged.shots.tutor[judged.slices["treated"]]) <= {0, 1}
    assert judged.slices["treated"].any()
    np.testing.assert_array_equal(judged.slices["treated"], ~judged.slices["untreated"])


def test_where_nothing_was_carried_out_there_are_no_such_slices() -> None:
    cube = tiring_cube(40, 110)
    assert not {"treated", "untreated"} & set(judging(cube, labels(cube), live_cut(cube.days)).slices)
