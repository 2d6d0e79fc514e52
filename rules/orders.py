"""What a firing asks for on these facts: for whom, how urgently, under which deadline."""

from dataclasses import dataclass

from retention.vocabulary import OwnerGroup
from rules.book import Override, Rule
from rules.fields import Sheet
from rules.reference import truth


@dataclass(frozen=True)
class Order:
    """What is opened, as the rule says it or as an override changes it."""

    owner_group: OwnerGroup
    priority: int
    policy: str = ""


def override_of(rule: Rule, sheet: Sheet) -> Override | None:
    """The first override that holds on these facts; one that cannot be known does not."""
    return next((one for one in rule.overrides if truth(one.when, sheet) is True), None)


def order_of(rule: Rule, sheet: Sheet) -> Order:
    """What a firing of the rule asks for on these facts."""
    then, changed = rule.then, override_of(rule, sheet)
    plain = Order(
        rule.owner_group,
        rule.priority if then is None else then.priority,
        "" if then is None else then.policy,
    )
    if changed is None:
        return plain
    return Order(
        changed.owner_group or plain.owner_group,
        plain.priority if changed.priority is None else changed.priority,
        changed.policy or plain.policy,
    )
