"""The first sessions of the next 48 hours are looked at once an hour."""

from temporalio import workflow

from retention.messages.evaluation import AsOf
from retention.messages.first_sessions import FirstSessionReport
from workflows import model_steps


@workflow.defn(name="FirstSessionForecasts")
class FirstSessionForecasts:
    """One look, as of the end of an hour; that end's own command starts it."""

    @workflow.run
    async def run(self, given: AsOf) -> FirstSessionReport:
        return await model_steps.foretell_first_sessions(given)
