"""A book is tried in a process that may be thrown away, before anybody judges by it.

What a bad book can do to the engine (crash it, or keep it busy for ever) happens there. The child is
`rules.trial_child`; this side never loads the engine.
"""

import hashlib
import json
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from rules.fields import registry
from rules.schema import schema

CHECKOUT = Path(__file__).parents[1]
LIMIT = timedelta(seconds=10)  # of processor time, so that a busy machine fails no book; rules guide 4
PATIENCE = timedelta(seconds=90)  # of real time, for a child that waits for something
CHILD = "rules.trial_child"
SHEETS = 2_000  # that both engines judge alike, the same guide

Engine = Literal["durable", "python"]


class Trial(BaseModel):
    """What the throw-away process has found. `wrong` says everything that is to be mended, a line each."""

    model_config = ConfigDict(frozen=True)

    passed: bool
    wrong: tuple[str, ...] = ()
    rules: int = 0
    tests: int = 0  # of the files, run by each engine
    pairs: int = 0  # of (condition, facts) that both engines were asked about
    grammar: str  # of the release that tried it
    engine: Engine


class Order(BaseModel):
    """What the child is told on its standard input."""

    texts: dict[str, str]
    engine: Engine
    sheets: int = SHEETS
    seconds: int = int(LIMIT.total_seconds())


def grammar() -> str:
    """A digest of all that a rule may say in this release: facts, programmes, tasks, policies."""
    return hashlib.sha256(json.dumps(schema(registry()), sort_keys=True).encode()).hexdigest()[:16]


def tried(texts: Mapping[str, str], *, engine: Engine = "durable", limit: timedelta = LIMIT) -> Trial:
    """Load a book, run its tests and compare the engines, in a child process. Never raises for a bad book."""
    order = Order(texts=dict(texts), engine=engine, seconds=max(1, int(limit.total_seconds())))
    try:
        ended = subprocess.run(
            [sys.executable, "-m", CHILD],
            input=order.model_dump_json(),
            capture_output=True,
            text=True,
            timeout=PATIENCE.total_seconds(),
            cwd=CHECKOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _failed(f"the check did not end within {PATIENCE.total_seconds():g} s", engine)
    if ended.returncode == 0:
        return Trial.model_validate_json(ended.stdout)
    if ended.returncode == -signal.SIGXCPU:
        return _failed(f"the engine was not done with this book after {order.seconds} s", engine)
    if ended.returncode < 0:
        return _failed(f"this book crashes the engine ({signal.Signals(-ended.returncode).name})", engine)
    last = ended.stderr.strip().splitlines()[-1:] or [f"exit code {ended.returncode}"]
    return _failed(f"the check itself failed: {last[0]}", engine)


def bound(seconds: int) -> None:
    """Let the system end this process when it has computed for so long; for the child."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, most))


def _failed(what: str, engine: Engine) -> Trial:
    return Trial(passed=False, wrong=(what,), grammar=grammar(), engine=engine)
