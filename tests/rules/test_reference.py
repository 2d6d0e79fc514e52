"""A value is said with its unit, and no longer than it helps."""

import pytest

from rules.fields import Value
from rules.reference import spoken


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (3.33333, "stars", "3.333 stars"),
        (3.4967, "stars", "3.497 stars"),
        (16.6667, "percent", "16.67 %"),
        (62.5, "percent", "62.5 %"),
        (4.0, "stars", "4 stars"),
        (12_345, "sessions", "12345 sessions"),
        (12_345.5, "minutes", "12345.5 minutes"),
        (1, "times", "1 time"),
        (True, "", "yes"),
        ("probably_not", "", "“probably not”"),
    ],
)
def test_a_value_is_said_with_its_unit(value: Value, unit: str, said: str) -> None:
    assert spoken(value, unit) == said
