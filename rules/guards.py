"""What holds a firing back: the tutor's own sake, a manager's word, or that effects must be known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from retention import policy
from retention.programmes.entry import ProgrammeTraits
from retention.programmes.registry import TRAITS
from retention.vocabulary import Arm, CaseState, RiskBand
from rules.book import DuringLeave, Rule, Status
from rules.conflicts import NO_TABLE, Conflicts
from rules.fields import Sheet
from rules.holdout import arm_of
from rules.orders import order_of
from rules.situation import OpenCase, Situation


class Reason(StrEnum):
    """Why a decision came out as it did; `condition` is the rule itself, `rule_changed` an edit of it."""

    CONDITION = "condition"
    RULE_CHANGED = "rule_changed"
    CHURNED = "churned"
    LEAVE = "leave"
    VETO = "veto"
    SNOOZE = "snooze"
    PLAN = "plan"
    COOLDOWN = "cooldown"
    RE_ENTRY = "re_entry"
    ALREADY_OPEN = "already_open"
    ANOTHER_CASE = "another_case"
    EXCLUDED = "excluded"
    FOLDED = "folded"
    MAIL_BUDGET = "mail_budget"
    CAPACITY = "capacity"
    HOLDOUT = "holdout"


@dataclass(frozen=True)
class HeldBack:
    """Why a firing does not happen. `into`: the open case it belongs to; `final`: it is not tried again.

    `until`: when the reason is over, if that is known. `occasion`: what makes a standing reason a new one.
    `waits`: for a draw, which says then what became of it; until then nothing is recorded.
    """

    reason: Reason
    sentence: str
    into: str | None = None
    final: bool = False
    until: datetime | None = None
    occasion: str = ""
    waits: bool = False


@dataclass(frozen=True)
class Candidate:
    """A firing that asks whether it may happen."""

    rule: Rule
    sheet: Sheet
    situation: Situation
    waiting: Sequence[OpenCase]  # the tutor's cases that have still something to do
    conflicts: Conflicts = NO_TABLE
    rests_until: datetime | None = None  # by the rule's cool-downs

    @property
    def programme(self) -> ProgrammeTraits:
        return TRAITS[self.rule.start.programme]

    @property
    def at(self) -> datetime:
        return self.situation.as_of


def churned(asked: Candidate) -> HeldBack | None:
    """Nothing is begun with a tutor who has left."""
    if asked.sheet.get("churned") is not True:
        return None
    return HeldBack(Reason.CHURNED, "Held back: the tutor is already counted as churned.")


def leave(asked: Candidate) -> HeldBack | None:
    """A tutor on leave is left alone, unless the rule goes on during leave."""
    if asked.sheet.get("on_leave") is not True or asked.rule.during_leave is DuringLeave.GO_ON:
        return None
    return HeldBack(Reason.LEAVE, "Held back: the tutor is on leave.")


def veto(asked: Candidate) -> HeldBack | None:
    """A manager's word about this tutor and programme, until its end."""
    until = asked.situation.vetoes.get(asked.rule.start.programme)
    if until is None or until <= asked.at:
        return None
    name = asked.programme.name.lower()
    said = f"Held back: a manager wants no {name} for this tutor until {_instant(until)}."
    return HeldBack(Reason.VETO, said, until=until)


def snooze(asked: Candidate) -> HeldBack | None:
    """Somebody has put aside this tutor, this programme for the tutor, or its open case, until a day."""
    told = asked.situation
    if asked.rule.during_leave is DuringLeave.WAIT and _to_come(told.snoozed_until, asked.at):
        return _put_aside("everything about this tutor", told.snoozed_until)
    if asked.rule.then is None:
        return None
    own, name = told.snoozes.get(asked.rule.start.programme), asked.programme.name
    if _to_come(own, asked.at):
        return _put_aside(f"{name.lower()} for this tutor", own)
    for case in asked.waiting:
        if case.programme is asked.rule.start.programme and _to_come(case.snoozed_until, asked.at):
            return _put_aside(f"the open case ({name.lower()})", case.snoozed_until, into=case.case_id)
    return None


def plan(asked: Candidate) -> HeldBack | None:
    """The plan of PRD 4.2 has no such step at this risk band (“at risk bands” below)."""
    bands, band = asked.rule.bands, asked.sheet.get("risk_band")
    if not bands or band in bands:
        return None
    known = f"has no such step at {band} risk" if band is not None else "goes by the risk band, not yet known"
    return HeldBack(Reason.PLAN, f"Held back: the plan {known}.")


def cooldown(asked: Candidate) -> HeldBack | None:
    """The rule, or one of its group, has fired lately (its “rests” below)."""
    until = asked.rests_until
    if until is None:
        return None
    said = f"Held back: the rule fired lately and rests until {_instant(until)}."
    return HeldBack(Reason.COOLDOWN, said, until=until)


def re_entry(asked: Candidate) -> HeldBack | None:
    """Time to let a programme work, from the day on which it did what it is for."""
    acted = asked.situation.last_acted.get(asked.rule.start.programme)
    rest = asked.programme.rest
    if acted is None or not rest or asked.at - acted >= rest:
        return None
    until = acted + rest
    said = f"Held back: {asked.programme.name} for this tutor rests until {_instant(until)}."
    return HeldBack(Reason.RE_ENTRY, said, until=until)


def already_open(asked: Candidate) -> HeldBack | None:
    """A case that the rule does not want beside its own."""
    for case in asked.waiting:
        if case.programme in asked.rule.unless_open:
            name = case.programme.replace("_", " ")
            said = f"Held back: a case of the kind “{name}” is open."
            return HeldBack(Reason.ALREADY_OPEN, said, case.case_id)
    return None


def mail_budget(asked: Candidate) -> HeldBack | None:
    """Optional letters to one tutor are few, whatever they are about."""
    most, had = policy.OPTIONAL_MAILS, asked.situation.optional_mails
    if not asked.programme.optional_mail or had < most:
        return None
    days = policy.OPTIONAL_MAIL_WINDOW.days
    said = (
        f"the tutor has had {had} optional letters in {days} days" if most else "no optional letters are sent"
    )
    return HeldBack(Reason.MAIL_BUDGET, f"Held back: {said}.")


def capacity(asked: Candidate) -> HeldBack | None:
    """More cases than hours: who goes first is drawn by lot, among equals (“May wait” below)."""
    if not may_wait(asked):
        return None
    place = asked.situation.places.get(asked.rule.id)
    if place is None:
        return HeldBack(Reason.CAPACITY, "Waits for today's draw of places.", waits=True)
    if place.admitted:
        return None
    said = (
        f"Held back: more cases than hours on {place.day:%-d %B %Y}. By lot it came {place.rank} of "
        f"{place.pool}, and {place.places} could begin. It is tried again."
    )
    return HeldBack(Reason.CAPACITY, said, occasion=place.day.isoformat())


def may_wait(asked: Candidate) -> bool:
    """Whether a firing takes part in the draw: never at critical risk, and never about one session."""
    patient = asked.programme.may_wait and not asked.rule.once_per and asked.rule.status is Status.ACTIVE
    if not patient or asked.sheet.get("risk_band") == RiskBand.CRITICAL:
        return False
    return order_of(asked.rule, asked.sheet).owner_group in asked.situation.rationed


def holdout(asked: Candidate) -> HeldBack | None:
    """A sticky share of tutors goes without, for good; asked last, so that both arms are alike."""
    if arm_of(asked.rule.start.programme, asked.situation.tutor_number) is not Arm.HOLDOUT:
        return None
    said = "Left out by lot, as some tutors always are, so that the programme's effect can be known."
    return HeldBack(Reason.HOLDOUT, said, final=True)


def with_something_to_do(cases: Iterable[OpenCase]) -> list[OpenCase]:
    """Cases that have not acted yet; one that only follows up leaves the tutor free for another."""
    return [
        case for case in cases if case.state is CaseState.OPEN and (_of_people(case) or not case.acted_at)
    ]


def of_people(cases: Iterable[OpenCase]) -> list[OpenCase]:
    """Those of them that need people."""
    return [case for case in cases if _of_people(case)]


def _of_people(case: OpenCase) -> bool:
    return TRAITS[case.programme].needs_people


def _to_come(until: datetime | None, at: datetime) -> bool:
    return until is not None and until > at


def _put_aside(what: str, until: datetime | None, *, into: str | None = None) -> HeldBack:
    assert until is not None
    said = f"Held back: somebody has put {what} aside until {_instant(until)}."
    return HeldBack(Reason.SNOOZE, said, into, until=until)


def _instant(at: datetime) -> str:
    return f"{at:%-d %B %Y, %H:%M} UTC"
