"""Reads service-level clocks on the office's calendar; a workflow keeps the clock, and never the calendar."""

from temporalio import activity

from retention import calendars, readings
from retention.messages.sla import SlaQuestion, SlaReading


@activity.defn
def read_sla(question: SlaQuestion) -> SlaReading:
    """How a service-level clock stands on the office's calendar."""
    return readings.reading(calendars.office(), question.clock, at=question.as_of)
