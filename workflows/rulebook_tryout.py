"""A version of the rulebook is tried before anybody judges by it, step by step, for a page to show."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

from retention.messages.rulebook import FailedTryout, TryoutReport, TryVersion
from workflows import rulebook_steps as steps

BROKEN = "It could not be tried"


@workflow.defn(name="RulebookTryout")
class RulebookTryout:
    """Check it; then see who would be hit today, and what the last weeks would have been."""

    @workflow.run
    async def run(self, wish: TryVersion) -> TryoutReport:
        report = TryoutReport(passed=False)
        for step in (steps.check_version, steps.dry_run_version, steps.backtest_version):
            workflow.set_current_details(f"Version {wish.version}: {step.__name__.replace('_', ' ')}.")
            try:
                report = await step(wish)
            except ActivityError as fault:
                words = f"{BROKEN}: {fault.cause or fault}"
                await steps.fail_tryout(FailedTryout(wish=wish, words=words))
                return TryoutReport(passed=False, words=words)
            if not report.passed:
                break
        return report
