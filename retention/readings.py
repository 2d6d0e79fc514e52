"""What a service-level clock says on a calendar: spent, left, due, and when to remind.

Everything is derived from the clock's ledger each time: a holiday added or a leave imported later
moves every deadline, and takes a breach back that was none.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from retention import calendars
from retention.calendars import Calendar
from retention.messages.sla import SlaClock, SlaReading
from retention.sla import still

NOTHING = timedelta()


def reading(calendar: Calendar, clock: SlaClock, *, at: datetime) -> SlaReading:
    """How a clock stands at an instant."""
    spent = _spent(calendar, clock, at=at)
    due_at = reached_at(calendar, clock, clock.budget)
    return SlaReading(
        spent=spent,
        left=clock.budget - spent,
        due_at=due_at,
        paused_for=_paused(clock, at=at),
        breached=due_at is not None and due_at <= at,
    )


def reached_at(calendar: Calendar, clock: SlaClock, length: timedelta) -> datetime | None:
    """When so much is spent, if nothing pauses the clock again; None: not before it is resumed."""
    left = length
    for begins, ends in _running(calendar, clock):
        if left <= ends - begins:
            return begins + left
        left -= ends - begins
    return None


def reminders(calendar: Calendar, clock: SlaClock, shares: Sequence[float]) -> list[datetime | None]:
    """When these shares of the budget are spent: 0.5, 0.8 and 1 are half time, nearly due, and due."""
    return [reached_at(calendar, clock, clock.budget * share) for share in shares]


def _spent(calendar: Calendar, clock: SlaClock, *, at: datetime) -> timedelta:
    total = NOTHING
    for begins, ends in _running(calendar, clock):
        if begins >= at or total >= clock.budget:
            break
        total += min(ends, at) - begins
    return min(total, clock.budget)


def _paused(clock: SlaClock, *, at: datetime) -> timedelta:
    """How long it has stood in all since it began, elapsed."""
    stretches = (
        (max(since, clock.started_at), at if until is None else min(until, at))
        for since, until in still(clock)
    )
    return sum((max(until - since, NOTHING) for since, until in stretches), NOTHING)


def _running(calendar: Calendar, clock: SlaClock) -> Iterator[tuple[datetime, datetime]]:
    """The stretches in which the clock runs, for ever, or up to a pause that has no end yet."""
    standing = still(clock)
    for opens, closes in calendars.stretches(calendar, clock.kind, clock.started_at):
        begins = max(opens, clock.started_at)
        for since, until in standing:
            if since >= closes:
                break
            if since > begins:
                yield begins, since
            if until is None:
                return
            begins = max(begins, until)
        if begins < closes:
            yield begins, closes
