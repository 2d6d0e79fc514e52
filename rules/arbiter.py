"""One human case and one lead owner for each tutor, and the order of what may hold a firing back."""

from collections.abc import Callable, Iterable

from rules import guards
from rules.book import Rule, WithOpenCase
from rules.guards import Candidate, HeldBack, Reason


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """The order in which rules may claim the tutor: by priority, then by id, never by chance."""
    return sorted(rules, key=lambda rule: (-rule.priority, rule.id))


def one_case(asked: Candidate) -> HeldBack | None:
    """One case that needs people at a time; what needs none neither holds them back nor is held back."""
    if not asked.programme.needs_people:
        return None
    for case in guards.of_people(asked.waiting):
        if asked.rule.with_open_case is WithOpenCase.FOLD:
            said = "Added to the tutor's open case; no second one."
            return HeldBack(Reason.FOLDED, said, case.case_id, final=True)
        said = "Held back: one case at a time, and another is open."
        return HeldBack(Reason.ANOTHER_CASE, said, case.case_id)
    return None


# The tutor first, then what people have said, then what has happened lately, then what goes on now. The lot
# is drawn last: an exposure is a firing that nothing else would have held.
ORDER: tuple[Callable[[Candidate], HeldBack | None], ...] = (
    guards.churned,
    guards.leave,
    guards.veto,
    guards.plan,
    guards.cooldown,
    guards.re_entry,
    guards.already_open,
    one_case,
    guards.mail_budget,
    guards.holdout,
)


# An alert opens no case by itself, so only this much holds it back; what else holds back the case beside it
# is recorded, and the alert is raised.
OF_ALERTS: tuple[Callable[[Candidate], HeldBack | None], ...] = (
    guards.churned,
    guards.leave,
    guards.cooldown,
)


def held_back(asked: Candidate) -> HeldBack | None:
    """The first thing that holds a firing back; None: it may happen."""
    order = ORDER if asked.rule.then is not None else OF_ALERTS
    return next((held for guard in order if (held := guard(asked)) is not None), None)


def leaves_the_alert(held: HeldBack) -> bool:
    """Whether what holds a case back leaves the alert beside it to be raised."""
    return held.reason not in {Reason.CHURNED, Reason.LEAVE, Reason.COOLDOWN}
