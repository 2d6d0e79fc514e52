"""Whether the parts answer: asked while starting, and by `doctor`."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Sequence

from local import temporal_server
from local.processes import SERVICES, Supervisor
from local.temporal_binary import Tell
from local.world import World
from retention.temporal import queues

START_PATIENCE = 120.0  # seconds until every process has to answer after a start
LOOK_EVERY = 0.5
# Who polls what: service -> (setting that names the namespace, queue, of workflows).
POLLED: dict[str, Sequence[tuple[str, str, bool]]] = {
    "workflows": (
        ("TEMPORAL_NAMESPACE", queues.CASES, True),
        ("TEMPORAL_UPKEEP_NAMESPACE", queues.UPKEEP, True),
    ),
    "activities.work": (
        ("TEMPORAL_NAMESPACE", queues.WORK, False),
        ("TEMPORAL_UPKEEP_NAMESPACE", queues.WORK, False),
    ),
    "activities.mail": (("TEMPORAL_NAMESPACE", queues.MAIL, False),),
    "activities.rules": (("TEMPORAL_UPKEEP_NAMESPACE", queues.RULES, False),),
    "activities.model": (("TEMPORAL_UPKEEP_NAMESPACE", queues.MODEL, False),),
}


def wait_for_services(world: World, supervisor: Supervisor, *, tell: Tell) -> list[str]:
    """Wait until the pages answer and every queue has its worker; what still does not after two minutes."""
    last = time.monotonic() + START_PATIENCE
    while missing := list(_missing(world)):
        if time.monotonic() > last:
            return missing
        tell(f"waiting for {missing[0]}", 0.9)
        for said in supervisor.look():
            tell(said, 0.9)
        pause(LOOK_EVERY)
    return []


def pages_answer(world: World) -> str:
    """Empty when the pages answer, else what is wrong."""
    code, said = _asked(world, "/health")
    return "" if code == 200 else said


def parts_unwell(world: World) -> dict[str, str]:
    """What the running API finds unwell among the parts it needs: part -> what it says."""
    code, said = _asked(world, "/ready")
    if code not in (200, 503):
        return {"api": said}
    parts = json.loads(said)["parts"]
    return {part["name"]: part["says"] or "not well" for part in parts if not part["ok"]}


def queues_alone(world: World) -> list[str]:
    """The queues that nobody works at the moment, of those that have a service in this version."""
    names = {service.name for service in SERVICES if service.exists}
    wanted = [
        (world.environment[namespace], queue, of_workflows)
        for name in POLLED
        if name in names
        for namespace, queue, of_workflows in POLLED[name]
    ]
    return temporal_server.queues_without_worker(world.addresses["temporal"], wanted) if wanted else []


def pause(seconds: float) -> None:
    """Wait between two looks."""
    time.sleep(seconds)


def _missing(world: World) -> Iterable[str]:
    if SERVICES[0].exists and (said := pages_answer(world)):
        yield f"the pages ({said})"
    try:
        yield from (f"a worker for {queue}" for queue in queues_alone(world))
    except temporal_server.SILENCE as silence:
        yield f"Temporal ({silence})"


def _asked(world: World, path: str) -> tuple[int, str]:
    """The status and the words of an answer; 0 and the reason when there is none."""
    try:
        with urllib.request.urlopen(world.addresses["pages"] + path, timeout=10) as answer:
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode(errors="replace")
    except OSError as silence:
        return 0, str(silence)
