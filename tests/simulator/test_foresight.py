"""The oracle: who sees the hidden state foretells as well as anybody can, of the very tutors models judge."""

from functools import cache
from pathlib import Path

import numpy as np
from typer.testing import CliRunner

from ml.labels import Labels, labels
from simulator import chronicle, foresight, world as worlds
from simulator.__main__ import app
from simulator.arrays import BEGINS
from simulator.chronicle import Chronicle
from simulator.cubes import cube_of
from simulator.foresight import Oracle, chances, foreseen, ranking

DAY, TUTORS, SEED = 79, 150, 4


@cache
def the_run() -> Chronicle:
    """Eighty days of a world, so that its last one is `DAY`."""
    return chronicle.lived(worlds.born(BEGINS, tutors_wanted=TUTORS, seed=SEED), days=DAY + 1)


@cache
def the_chances() -> Oracle:
    run = chronicle.lived(worlds.born(BEGINS, tutors_wanted=TUTORS, seed=SEED), days=DAY)
    return foresight.oracle(run, [DAY], futures=30)


@cache
def the_labels() -> Labels:
    return labels(cube_of(worlds.born(BEGINS, tutors_wanted=TUTORS, seed=SEED), DAY + 31))


def test_it_speaks_of_the_tutors_that_models_are_judged_on() -> None:
    at_risk = np.flatnonzero(the_labels().at_risk[:, DAY])
    assert the_chances().tutor.tolist() == at_risk.tolist()


def test_a_longer_time_is_never_less_likely() -> None:
    chance = the_chances().chance
    assert (np.diff(chance, axis=1) >= 0).all()
    assert 0 < chance[:, 3].mean() < 0.5


def test_many_futures_side_by_side_say_what_they_say_one_after_another() -> None:
    slowly = foreseen(the_run(), days=30, futures=8)
    quickly = the_chances().chance[:, foresight.HORIZONS.index(30)]
    assert abs(float(slowly.chance.mean() - quickly.mean())) < 0.02
    assert float(np.corrcoef(slowly.chance, quickly)[0, 1]) > 0.9


def test_what_came_was_foreseen() -> None:
    left = the_labels().leaves[the_chances().tutor, DAY] <= DAY + 30
    assert ranking(the_chances().chance[:, 2], left) > 0.75


def test_looking_ahead_leaves_the_world_as_it_is() -> None:
    run = the_run()
    before = run.world.day, run.days, run.counts["completed"].sum()
    chances(run, np.arange(10), futures=10)
    assert (run.world.day, run.days, run.counts["completed"].sum()) == before


def test_it_is_written_for_the_days_that_were_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "oracle.npz"
    asked = ["foresee", str(out), "--on", "40", "--on", "38", "--tutors", "20", "--futures", "10"]
    assert CliRunner().invoke(app, asked).exit_code == 0
    with np.load(out, allow_pickle=False) as told:
        assert sorted(set(told["day"].tolist())) == [38, 40]
        assert told["chance"].shape == (len(told["tutor"]), 4)


def test_before_the_first_day_there_is_nothing_to_foresee(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["foresee", str(tmp_path / "o.npz"), "--on", "0"]).exit_code == 1
