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
    """Empty when the API says that it is well, else what it says."""
    try:
        with urllib.request.urlopen(f"{world.addresses['pages']}/health", timeout=5) as answer:
            return "" if answer.status == 200 else f"it answers {answer.status}"
    except urllib.error.HTTPError as refused:
        return f"it answers {refused.code}: {_words(refused.read())}"
    except OSError as silence:
        return str(silence)


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


def _words(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body))[:300]
    except ValueError:
        return body.decode(errors="replace")[:300]
