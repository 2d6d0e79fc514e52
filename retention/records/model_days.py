"""What each day asks for in the life of models: a look at the one that serves, and a new one to be learnt."""

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from retention.measures.periods import measured_day
from retention.messages.tasks import SYSTEM
from retention.messages.training import TrainingInput, WatchChampion
from retention.records import commands, model_trainings, world
from retention.records.commands import UPKEEP, NewCommand
from retention.records.database import Session
from retention.vocabulary import CommandKind, ModelKind

TRAININGS = {ModelKind.CHURN: "model-training", ModelKind.FIRST_SESSION: "first-session-training"}


def begin(session: Session, *, at: datetime) -> None:
    """Put the commands of the day that ends at an instant, with whatever else that end causes. Repeatable.

    One challenger of a kind at a time: while one is learnt, in the shadow or waits for a person, no other is
    asked for.
    """
    day = measured_day(at).isoformat()
    found = [start("ModelWatch", f"model-watch/{day}", WatchChampion(as_of=at).model_dump(mode="json"))]
    for kind, name in TRAININGS.items():
        training_id = f"{name}/{day}"
        if model_trainings.ask(session, training_id, kind=kind, at=at):
            given = TrainingInput(clock=world.the_clock(session), kind=kind, as_of=at)
            found.append(start("ModelTraining", training_id, given.model_dump(mode="json")))
    commands.put(session, found)


def start(workflow: str, target: str, payload: dict[str, object]) -> NewCommand:
    """The command that starts a workflow of the machinery under an id that names its period."""
    return NewCommand(
        id=uuid5(NAMESPACE_URL, target),  # the same day asks once
        namespace=UPKEEP,
        target=target,
        kind=CommandKind.START,
        name=workflow,
        payload=payload,
        actor=SYSTEM,
    )
