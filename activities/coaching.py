"""What a coaching case has done for it: agreed actions kept, declined offers counted."""

from temporalio import activity

from retention.messages.coaching import AgreedActions, Declines, OfferDeclined
from retention.records import action_items, coaching_offers
from retention.records.database import transaction


@activity.defn
def record_actions(agreed: AgreedActions) -> None:
    """Keep what was agreed in a call, as it stands. Repeatable."""
    with transaction() as session:
        action_items.record(session, agreed)


@activity.defn
def declines_in_a_row(asked: OfferDeclined) -> Declines:
    """How often in a row a manager has now declined what a rule proposes."""
    with transaction() as session:
        return coaching_offers.declines_in_a_row(session, asked)
