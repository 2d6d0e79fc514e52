"""The processes of Mainstay on this machine: which they are, started, watched, restarted and stopped."""

import importlib.util
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from local import children, places
from local.children import Child

FIRST_BACK_OFF = 0.5  # seconds until a crashed process is started again; doubles each time
LONGEST_BACK_OFF = 30.0
HEALTHY_AFTER = 60.0  # seconds: then the next crash counts as the first
STOP_PATIENCE = 12.0  # seconds for an orderly end; the workers give a running step 10
LARGEST_LOG = 20_000_000  # bytes; a larger one is put aside at the next start


@dataclass(frozen=True)
class Process:
    """One kind of process: its name, and what follows `python -m`."""

    name: str
    module: str
    arguments: tuple[str, ...] = ()

    @property
    def exists(self) -> bool:
        """Whether this version of Mainstay has it."""
        spec = importlib.util.find_spec(self.module)
        if spec is None or spec.submodule_search_locations is None:
            return spec is not None
        return importlib.util.find_spec(f"{self.module}.__main__") is not None


SERVICES = (
    Process("api", "api"),
    Process("switchboard", "switchboard"),
    Process("workflows", "workflows"),
    Process("activities.work", "activities.work"),
    Process("activities.mail", "activities.mail"),
    Process("activities.rules", "activities.rules"),
    Process("activities.model", "activities.model"),
)
FEED = Process("simulator", "simulator", ("run",))


@dataclass
class Watched:
    """A process that should be running, and how often it fell over lately."""

    process: Process
    child: Child
    started: float
    crashes: int = 0
    again_at: float | None = None

    @property
    def running(self) -> bool:
        """Whether it runs at the moment."""
        return self.again_at is None and self.child.poll() is None


@dataclass
class Supervisor:
    """Keeps processes running until it is told to stop. To be used from the main thread alone."""

    environment: Mapping[str, str] = field(repr=False)
    watched: dict[str, Watched] = field(default_factory=dict)

    def start(self, process: Process) -> None:
        """Start one process; from then on it is watched."""
        self.watched[process.name] = Watched(process, self._launch(process), time.monotonic())

    def look(self) -> list[str]:
        """Restart what fell over and is due; what happened, in words."""
        return [said for watched in self.watched.values() if (said := self._look_at(watched))]

    def stop(self, names: Sequence[str]) -> None:
        """Ask these to end, all at once, and insist on it after a while."""
        leaving = [self.watched.pop(name) for name in names if name in self.watched]
        for watched in leaving:
            if watched.child.poll() is None:
                watched.child.send_signal(signal.SIGTERM)
        last = time.monotonic() + STOP_PATIENCE
        for watched in leaving:
            children.wait_until(lambda w=watched: w.child.poll() is not None, within=last - time.monotonic())  # type: ignore[misc]
            children.stop(watched.child, patience=0.1)

    def _launch(self, process: Process) -> Child:
        log = places.logs() / f"{process.name}.log"
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".old.log"))
        with log.open("ab") as out:
            command = [sys.executable, "-m", process.module, *process.arguments]
            return children.start(command, log=out, environment=self.environment, folder=places.CHECKOUT)

    def _look_at(self, watched: Watched) -> str:
        now = time.monotonic()
        if watched.running:
            return ""
        if watched.again_at is None:
            watched.crashes = 1 if now - watched.started > HEALTHY_AFTER else watched.crashes + 1
            pause = min(FIRST_BACK_OFF * 2 ** (watched.crashes - 1), LONGEST_BACK_OFF)
            watched.again_at = now + pause
            log = places.logs() / f"{watched.process.name}.log"
            ended = f"{watched.process.name} ended ({watched.child.returncode})"
            return f"{ended}; again in {pause:.1f} s. Its log: {log}"
        if now < watched.again_at:
            return ""
        watched.child, watched.started, watched.again_at = self._launch(watched.process), now, None
        return f"{watched.process.name} was started again."
