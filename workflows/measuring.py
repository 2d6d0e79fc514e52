"""What became of a metric, asked for until the evaluation has come to the day that is asked about."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from retention.messages.effects import EffectFigure, MeasureEffect
from workflows import shown, steps
from workflows.carrier import Carrier

Wait = Callable[[datetime, datetime], Awaitable[object]]


def evaluation_of(as_of: datetime) -> str:
    """What is waited for while the facts of a day are not there."""
    return f"the evaluation to come to {shown.instant(as_of)}"


async def measured(carrier: Carrier, asked: MeasureEffect, *, wait: Wait) -> EffectFigure:
    """The figure of a look, once there can be one; after a bounded time it says that there is none.

    `wait` is told when to ask again, and until when that goes on at most. A case that was begun before
    anybody waited needs no patch: what it does next hangs on the answer, and that is in its history.
    """
    before, give_up = 0, None
    while True:
        asks_again = give_up is None or carrier.now() < give_up
        look = {"at": carrier.now(), "asked_before": before if asks_again else None}
        figure = await carrier.do(steps.measure_effect, asked.model_copy(update=look))
        if figure.too_early is None:
            return figure
        before, early = before + 1, figure.too_early
        give_up = give_up or carrier.later(early.at_most, real=early.at_least)
        await wait(min(carrier.later(timedelta(), real=early.again_after), give_up), give_up)
