"""Worlds lived by the simulator, which models know by their files alone."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from retention.measures import cube as cubes, first_sessions
from retention.measures.cube import Cube
from retention.measures.first_sessions import FirstSessions

BURN_IN, HISTORY, AHEAD = 90, 180, 90  # days: before the first snapshot, to learn and judge, to see the end


@dataclass(frozen=True)
class Lived:
    """A world's days and its first sessions; days of both are counted from its first."""

    cube: Cube
    first_sessions: FirstSessions


def lived(profile: str, *, seed: int, tutors: int) -> Lived:
    """Live a world of `BURN_IN + HISTORY + AHEAD` days; the same seed gives the same world."""
    with tempfile.TemporaryDirectory() as folder:
        days, firsts = Path(folder) / "days.npz", Path(folder) / "first-sessions.npz"
        wish: dict[str, object] = {"--profile": profile, "--seed": seed, "--tutors": tutors}
        wish |= {"--days": BURN_IN + HISTORY + AHEAD, "--first-sessions": firsts}
        _simulated("cube", days, wish)
        return Lived(cubes.read(days), first_sessions.read(firsts))


def foreseen(
    profile: str, *, seed: int, tutors: int, days: Sequence[int], futures: int
) -> dict[str, npt.NDArray[Any]]:
    """What one who sees the hidden state of the same world foretells of its tutors at the end of some days.

    `tutor` (index), `day`, and `chance` to be gone within 1, 7, 30 and 90 days, one row each.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "oracle.npz"
        wish: dict[str, object] = {"--profile": profile, "--seed": seed, "--tutors": tutors}
        asked = [word for day in days for word in ("--on", str(day))]
        _simulated("foresee", out, wish | {"--futures": futures}, *asked)
        with np.load(out, allow_pickle=False) as stored:
            return {name: stored[name] for name in ("tutor", "day", "chance")}


def _simulated(command: str, out: Path, wish: Mapping[str, object], *more: str) -> None:
    options = [str(word) for pair in wish.items() for word in pair]
    words = [sys.executable, "-m", "simulator", command, str(out), *options, *more]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
