import pytest

from web.components.charts import HEIGHT, WIDTH, Point, bullet, line


def points(*values: float | None) -> list[Point]:
    return [Point(f"day {number}", value) for number, value in enumerate(values)]


def test_a_line_spans_its_frame_from_the_lowest_to_the_highest_value() -> None:
    drawn = line(points(0, 5, 10))
    assert drawn.pieces == ("M0 100 L200 50 L400 0",)
    assert (drawn.low, drawn.high, drawn.last) == (0, 10, (WIDTH, 0))


def test_a_missing_value_is_a_gap_and_not_a_zero() -> None:
    drawn = line(points(1, 2, None, 3, None, 4, 5))
    assert len(drawn.pieces) == 2
    assert len(drawn.lone) == 1


def test_a_threshold_beyond_the_values_stays_in_the_frame() -> None:
    drawn = line(points(1, 2), threshold=8)
    assert drawn.threshold == 0
    assert drawn.high == 8


def test_values_that_never_change_are_drawn_and_divide_by_nothing() -> None:
    assert line(points(3, 3)).pieces == (f"M0 {HEIGHT:g} L{WIDTH:g} {HEIGHT:g}",)


def test_nothing_known_draws_nothing() -> None:
    drawn = line(points(None, None))
    assert (drawn.pieces, drawn.last) == ((), None)
    assert line([]).last is None


@pytest.mark.parametrize(("value", "filled"), [(-1, 0), (0, 0), (50, 200), (100, 400), (101, 400), (None, 0)])
def test_a_bullet_stays_on_its_scale(value: float | None, filled: float) -> None:
    assert bullet(value).filled == filled
