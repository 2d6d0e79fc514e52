"""The ledger of a service-level clock: when it stood still, and why. Pure, and free of calendars.

A story keeps its clock and writes pauses into it; what a clock says is read from it on the office's
calendar (`retention.readings`, in an activity). So everything that becomes known later (a leave, a
holiday) moves every deadline, and nothing has to be corrected.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from retention.messages.sla import Pause, SlaClock
from retention.vocabulary import PauseReason

NEVER = datetime.max.replace(tzinfo=UTC)  # the end of a pause that has none yet


def pause(clock: SlaClock, reason: PauseReason, *, since: datetime) -> SlaClock:
    """The clock stands from `since`, also an instant in the past, until it is resumed."""
    return _with(clock, Pause(since=since, reason=reason))


def resume(clock: SlaClock, *, at: datetime, reason: PauseReason | None = None) -> SlaClock:
    """What paused the clock for a reason is over; it runs when no other reason is left. None: whatever did.

    A pause that would end before it began has not been.
    """
    pauses = (_ended(one, at) if reason in (None, one.reason) else one for one in clock.pauses)
    return _kept(clock, (one for one in pauses if _until(one) > one.since))


def stood(clock: SlaClock, reason: PauseReason, *, since: datetime, until: datetime) -> SlaClock:
    """The clock stands for a stretch whose end is known: one imported late, or one still to come."""
    return _with(clock, Pause(since=since, until=until, reason=reason)) if until > since else clock


def on_leave(clock: SlaClock, *, since: datetime) -> SlaClock:
    """The tutor is away: the clocks that wait for the tutor stand still."""
    return pause(clock, PauseReason.LEAVE, since=since)


def back_from_leave(clock: SlaClock, *, at: datetime, clocks_resume_at: datetime) -> SlaClock:
    """The tutor is back; the clock goes on after the ramp-up."""
    back = resume(clock, at=at, reason=PauseReason.LEAVE)
    return stood(back, PauseReason.RAMP_UP, since=at, until=clocks_resume_at)


def stands(clock: SlaClock, *, at: datetime) -> bool:
    """Whether anything keeps the clock standing at an instant."""
    return any(one.since <= at < _until(one) for one in clock.pauses)


def still(clock: SlaClock) -> list[tuple[datetime, datetime | None]]:
    """The stretches in which the clock stands for one reason or more, apart from each other, in order."""
    found: list[tuple[datetime, datetime]] = []
    for one in sorted(clock.pauses, key=lambda one: one.since):
        if found and one.since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], _until(one)))
        else:
            found.append((one.since, _until(one)))
    return [(since, None if until == NEVER else until) for since, until in found]


def _with(clock: SlaClock, new: Pause) -> SlaClock:
    return _kept(clock, {*clock.pauses, new})


def _kept(clock: SlaClock, pauses: Iterable[Pause]) -> SlaClock:
    """The same ledger whatever the order in which it was written."""
    in_order = sorted(pauses, key=lambda one: (one.since, one.reason))
    return clock.model_copy(update={"pauses": tuple(in_order)})


def _ended(one: Pause, at: datetime) -> Pause:
    return one if one.until is not None else one.model_copy(update={"until": at})


def _until(one: Pause) -> datetime:
    return one.until or NEVER
