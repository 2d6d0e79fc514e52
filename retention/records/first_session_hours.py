"""What the end of each hour asks for: a look at the first sessions ahead."""

from datetime import datetime

from retention.messages.evaluation import AsOf
from retention.records import commands
from retention.records.database import Session
from retention.records.model_days import start


def begin(session: Session, *, at: datetime) -> None:
    """Put the command of the hour that ends at an instant, with whatever else that end causes. Repeatable."""
    target = f"first-session-forecasts/{at:%Y-%m-%dT%H}"
    told = AsOf(as_of=at).model_dump(mode="json")
    commands.put(session, [start("FirstSessionForecasts", target, told)])
