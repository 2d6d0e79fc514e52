import json

import pytest

from bench.__main__ import BENCHES, main
from bench.rows import Row, interleaved, report


def a_row(ratio: float, *, target: float | None = 3.0, at_most: bool = True) -> Row:
    return Row("bench", "ours / theirs", 1, ratio, 1.0, "cpu_s", ratio, target, at_most)


@pytest.mark.parametrize(
    ("row", "passed"),
    [
        (a_row(3.0), True),
        (a_row(3.01), False),
        (a_row(0.8, target=0.8, at_most=False), True),
        (a_row(0.79, target=0.8, at_most=False), False),
        (a_row(99.0, target=None), True),
    ],
)
def test_a_target_holds_up_to_its_bound(row: Row, passed: bool) -> None:
    assert row.passed is passed


def test_each_row_is_a_line_of_json_and_one_miss_fails_the_run() -> None:
    lines: list[str] = []
    assert not report([a_row(2.0), a_row(4.0)], out=lines.append)
    assert [json.loads(line)["passed"] for line in lines] == [True, False]


def test_the_sides_take_turns_after_a_first_round_that_does_not_count() -> None:
    turns: list[str] = []

    def side(name: str, *costs: float) -> float:
        turns.append(name)
        return costs[min(turns.count(name), len(costs)) - 1]

    measured = interleaved(lambda: side("ours", 9, 4), lambda: side("theirs", 9, 2), rounds=2)
    assert turns == ["ours", "theirs"] * 3
    assert measured == (4, 2, 2)


def test_a_bench_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nothing"]) == 2
    assert ", ".join(BENCHES) in capsys.readouterr().err
