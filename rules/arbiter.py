"""One human case and one lead owner for each tutor: the weightiest firing first, others fold or wait."""

from collections.abc import Iterable

from rules.book import Rule, WithOpenCase
from rules.guards import HeldBack, Reason
from rules.situation import OpenCase


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """The order in which rules may claim the tutor: by priority, then by id, never by chance."""
    return sorted(rules, key=lambda rule: (-rule.priority, rule.id))


def one_case(rule: Rule, *, waiting: Iterable[OpenCase]) -> HeldBack | None:
    """What happens to a firing while another human case of the tutor is open; None: it may start."""
    for case in waiting:
        if rule.with_open_case is WithOpenCase.FOLD:
            return HeldBack(
                Reason.FOLDED, "Added to the tutor's open case; no second one.", case.case_id, final=True
            )
        return HeldBack(
            Reason.ANOTHER_CASE, "Held back: one case at a time, and another is open.", case.case_id
        )
    return None
