"""Alerts that colleagues are written to about: critical ones at once, the others in the morning."""

import asyncio

from temporalio import workflow

from retention.messages.alerts import AlertMailOrder, AlertMailReport
from workflows import steps


@workflow.defn(name="AlertMail")
class AlertMail:
    """Find out who is written to, and send each their letter; one that cannot leave yet holds up no other."""

    @workflow.run
    async def run(self, order: AlertMailOrder) -> AlertMailReport:
        addressed = await steps.address_alerts(order)
        many = len(addressed.wishes)
        workflow.set_current_details(f"{many} {'letter' if many == 1 else 'letters'} to colleagues.")
        sent = await asyncio.gather(*(steps.send_letter(wish) for wish in addressed.wishes))
        return AlertMailReport(letters={one.key: one.state for one in sent})
