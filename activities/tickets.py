"""What judgements mean for the capacity lottery: tickets taken, given back, and come to a decision."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from activities.rulings import Ruling
from retention import calendars
from retention.programmes.registry import TRAITS
from retention.records import lotteries
from retention.records.database import Session
from rules.guards import Reason
from rules.situation import Ticket
from rules.workload import hours_of

Rows = list[dict[str, Any]]


def keep(
    session: Session,
    ruled: Sequence[Ruling],
    *,
    sheets: Mapping[tuple[int, str], int],
    stored: Mapping[str, int],
) -> None:
    """Keep who waits for a draw now, and what became of those who were drawn. Repeatable."""
    taken = [(ruling, ticket) for ruling in ruled for ticket in ruling.judgement.tickets]
    lotteries.take(session, [_row(ruling, ticket, sheets=sheets) for ruling, ticket in taken])
    lotteries.give_back(session, [row for ruling in ruled for row in _given_back(ruling)])
    lotteries.link(session, [row for ruling in ruled for row in _come_to(ruling, stored)])


def _row(ruling: Ruling, ticket: Ticket, *, sheets: Mapping[tuple[int, str], int]) -> dict[str, Any]:
    number, at = ruling.situation.tutor_number, ruling.situation.as_of
    rule = ruling.book.rule(ticket.rule_id)
    assert rule is not None
    return {
        "tutor_number": number,
        "rule_id": ticket.rule_id,
        "day": calendars.working_day(calendars.office(), at),
        "owner_group": ticket.owner_group,
        "programme": ticket.programme,
        "priority": ticket.priority,
        "hours": hours_of(ticket.programme, rule.start.task),
        "fact_sheet_id": sheets[number, ticket.facts_digest],
        "taken_at": at,
    }


def _given_back(ruling: Ruling) -> Iterator[dict[str, Any]]:
    """Rules that were looked at and wait no longer: the cause has gone, or something else holds them back."""
    kept = {ticket.rule_id for ticket in ruling.judgement.tickets}
    looked_at = {moment.trigger for moment in ruling.situation.moments}
    for rule in ruling.book.rules:
        patient = rule.then is not None and TRAITS[rule.then.programme].may_wait
        if patient and rule.id not in kept and looked_at & set(rule.triggers):
            yield {"tutor_number": ruling.situation.tutor_number, "rule_id": rule.id}


def _come_to(ruling: Ruling, stored: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for one in ruling.judgement.decisions:
        place = ruling.situation.places.get(one.rule_id)
        if place is not None and one.key in stored and one.reason in {Reason.CONDITION, Reason.CAPACITY}:
            yield {
                "tutor_number": one.tutor_number,
                "rule_id": one.rule_id,
                "day": place.day,
                "decision_id": stored[one.key],
            }
