"""How much memory the process for models takes at the end of a day, all its work done once, from a database.

It is the largest of ours: it alone holds arrays of everybody's days, and xgboost and scikit-learn.
"""

import os
import subprocess
import sys
from datetime import UTC, datetime

from bench.bed import database
from bench.rows import Row
from local import places
from simulator import seeding

TUTORS, DAYS = 300, 90
MEGABYTE = 1024**2
LIMIT = 700  # megabytes


def rows(tutors: int = TUTORS, days: int = DAYS) -> list[Row]:
    """One row: the most that was ever held, against the limit."""
    with database() as bed:
        environment = os.environ | {"DATABASE_URL": bed.app_url}
        seeded = ["simulator", "seed", "--tutors", str(tutors), "--days", str(days), "--json"]
        _said(seeded, environment)
        end = seeding.begin_of_playing(datetime.now(UTC)).date()
        held = int(_said(["bench.model_day", end.isoformat()], environment)) / MEGABYTE
    name = f"the process for models at the end of a day: {tutors} tutors, {days} days of history / {LIMIT} MB"
    return [Row("memory", name, tutors, held, LIMIT, "megabytes", held / LIMIT, 1.0)]


def _said(command: list[str], environment: dict[str, str]) -> str:
    """What a module prints; its errors go where ours go."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        env=environment,
        cwd=places.CHECKOUT,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return done.stdout.strip()
