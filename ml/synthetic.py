"""Worlds lived by the simulator, which models know by their files alone."""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

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
        options = [str(word) for pair in wish.items() for word in pair]
        command = [sys.executable, "-m", "simulator", "cube", str(days), *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return Lived(cubes.read(days), first_sessions.read(firsts))
