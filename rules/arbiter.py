"""One human case and one lead owner for each tutor, and the order of what may hold a firing back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from retention.programmes.registry import TRAITS
from rules import guards
from rules.book import Book, Rule, Status, WithOpenCase
from rules.conflicts import STRONGEST, Conflict
from rules.fields import Sheet
from rules.guards import Candidate, HeldBack, Reason
from rules.situation import OpenCase, Situation
from rules.state import RuleState, cooling


@dataclass(frozen=True)
class Asked:
    """What stands around a firing: the book, the tutor's situation, cases and rule states of the moment."""

    book: Book
    situation: Situation
    waiting: Sequence[OpenCase]  # with something to do
    states: Mapping[str, RuleState]


def candidate(rule: Rule, sheet: Sheet, asked: Asked) -> Candidate:
    """A rule that would fire, with all that may hold it back."""
    return Candidate(
        rule=rule,
        sheet=sheet,
        situation=asked.situation,
        waiting=asked.waiting,
        conflicts=asked.book.conflicts,
        rests_until=_rests_until(rule, asked) if rule.cooldowns else None,
    )


def _rests_until(rule: Rule, asked: Asked) -> datetime | None:
    passed_over = {Status.SHADOW} - {rule.status}  # a rule on trial makes none rest that acts
    resting = (it for it in asked.book.rules if it.cooldowns and it.status not in passed_over)
    known = [(it, asked.states[it.id]) for it in resting if it.id in asked.states]
    return cooling(rule, known, at=asked.situation.as_of)


def conflict(asked: Candidate) -> HeldBack | None:
    """What else is open for the tutor (“Beside an open case” below)."""
    spoken = [(beside(asked, case), case) for case in asked.waiting]
    for word in STRONGEST:
        case = next((case for said, case in spoken if said is word), None)
        if case is not None:
            return _held_by(word, asked, case)
    return None


def beside(asked: Candidate, case: OpenCase) -> Conflict:
    """What becomes of a firing beside one open case: the table says it, else one case of people at a time."""
    band = asked.sheet.get("risk_band")
    word = asked.conflicts.word(asked.rule.start.programme, case.programme, band)
    if word is not None:
        return word
    if not asked.programme.needs_people or not guards.of_people([case]):
        return Conflict.BESIDE
    return Conflict.FOLD if asked.rule.with_open_case is WithOpenCase.FOLD else Conflict.HOLD


def overtaken(asked: Candidate) -> tuple[str, ...]:
    """The open cases that lead no longer when this one begins."""
    return tuple(case.case_id for case in asked.waiting if beside(asked, case) is Conflict.PREEMPT)


def _held_by(word: Conflict, asked: Candidate, case: OpenCase) -> HeldBack | None:
    other = TRAITS[case.programme].name.lower()
    if word is Conflict.FOLD:
        said = f"Added to the tutor's open case ({other}); no second one."
        return HeldBack(Reason.FOLDED, said, case.case_id, final=True)
    if word is Conflict.HOLD:
        said = f"Held back: one case at a time, and another is open ({other})."
        return HeldBack(Reason.ANOTHER_CASE, said, case.case_id)
    if word is Conflict.EXCLUDE:
        said = f"Held back: {asked.programme.name.lower()} and {other} exclude each other."
        return HeldBack(Reason.EXCLUDED, said, case.case_id)
    return None


# The tutor first, then what people have said, then what has happened lately, then what goes on now. The lot
# is drawn last: an exposure is a firing that nothing else would have held.
ORDER: tuple[Callable[[Candidate], HeldBack | None], ...] = (
    guards.churned,
    guards.leave,
    guards.veto,
    guards.snooze,
    guards.plan,
    guards.cooldown,
    guards.re_entry,
    guards.already_open,
    conflict,
    guards.mail_budget,
    guards.capacity,
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
