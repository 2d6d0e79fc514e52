"""A model is not learnt from a handful of departures."""

import pytest

from ml.challenger import enough
from retention import policy
from retention.errors import Refusal

FEWEST = policy.MODEL_FEWEST_DEPARTURES


def test_ten_departures_are_enough_to_begin_with() -> None:
    enough(FEWEST)


@pytest.mark.parametrize(
    ("departures", "says"), [(FEWEST - 1, "9 tutors have left"), (1, "1 tutor has left")]
)
def test_fewer_leave_the_component_score_in_its_place(departures: int, says: str) -> None:
    with pytest.raises(Refusal, match=says) as refused:
        enough(departures)
    assert "the component score serves meanwhile" in str(refused.value.instead)
