"""The command line's part in the life of a model: its card, and a word about it."""

from enum import StrEnum
from typing import Annotated
from uuid import uuid4

import typer

from retention.errors import NotFound, Refusal
from retention.messages.training import DecideModel
from retention.records import audit, commands, model_trainings, model_versions, world
from retention.records.database import transaction
from retention.vocabulary import ModelKind

OPERATOR = "operator"


class Which(StrEnum):
    """The models, as the command line names them."""

    CHURN = "churn"
    FIRST_SESSION = "first-session"


KINDS = {Which.CHURN: ModelKind.CHURN, Which.FIRST_SESSION: ModelKind.FIRST_SESSION}
Number = Annotated[int, typer.Argument(min=1, help="The model's number.")]
Why = Annotated[str, typer.Option("--reason", help="It is kept for good.")]
Despite = Annotated[bool, typer.Option(help="Although a condition of the promotion rule is not met.")]


def add_to(app: typer.Typer) -> None:
    """The commands of this file."""
    app.command("card")(card)
    app.command("promote")(promote)
    app.command("reject")(reject)
    app.command("roll-back")(roll_back)


def card(number: Number) -> None:
    """Print a model's card as Markdown."""
    try:
        with transaction() as session:
            typer.echo(
                model_versions.version(session, number).card or "This version was learnt without a card."
            )
    except Refusal as refused:
        _give_up(refused)


def promote(number: Number, *, reason: Why, despite: Despite = False) -> None:
    """Let the waiting challenger serve."""
    _say(number, promote=True, reason=reason, despite=despite)


def reject(number: Number, *, reason: Why) -> None:
    """Set the waiting challenger aside."""
    _say(number, promote=False, reason=reason, despite=False)


def roll_back(*, reason: Why, model: Which = Which.CHURN) -> None:
    """Let the champion before serve again."""
    try:
        with transaction() as session:
            at = world.the_clock(session).now()
            kind = KINDS[model]
            number = model_versions.roll_back(session, kind, actor=OPERATOR, reason=reason, at=at)
            audit.note(session, "model.roll_back", actor=OPERATOR, subject=f"model/{number}", reason=reason)
    except Refusal as refused:
        _give_up(refused)
    typer.echo(f"Model {number} serves again.")


def _say(number: int, *, promote: bool, reason: str, despite: bool) -> None:
    """Keep the word for the training that waits; the switchboard brings it there."""
    told = {"actor": OPERATOR, "promote": promote, "reason": reason, "despite": despite}
    try:
        with transaction() as session:
            training = model_trainings.training_of(session, number)
            if training is None or training.state not in model_trainings.OPEN:
                raise NotFound("Nobody waits for a word about this model.")
            word = DecideModel(command_id=str(uuid4()), **told)
            commands.put(session, [model_trainings.word_of(word, training_id=training.training_id)])
            act = "model.promote" if promote else "model.reject"
            audit.note(session, act, actor=OPERATOR, subject=f"model/{number}", reason=reason)
    except Refusal as refused:
        _give_up(refused)
    typer.echo("Kept. It is applied as soon as a worker answers; see /people-ops/models.")


def _give_up(refused: Refusal) -> None:
    typer.echo(str(refused), err=True)
    raise typer.Exit(1)
