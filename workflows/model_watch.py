"""The model that serves is looked at once a day, whether or not another one is being learnt."""

from temporalio import workflow

from retention.messages.training import WatchChampion, WatchReport
from workflows import model_steps


@workflow.defn(name="ModelWatch")
class ModelWatch:
    """One look, as of the end of a day; the day's own commands start it."""

    @workflow.run
    async def run(self, given: WatchChampion) -> WatchReport:
        return await model_steps.watch_champion(given)
