"""What is said of an hour's look at the first sessions ahead. Counts, never rows."""

from pydantic import BaseModel

from retention.vocabulary import Fallback


class FirstSessionReport(BaseModel):
    """Result of the workflow `FirstSessionForecasts`."""

    booked: int = 0
    foretold: int = 0
    changed: int = 0  # forecasts that differ from what was said before, and were kept
    version_id: int | None = None
    reason: Fallback | None = None  # why no model spoke, or an older one
