"""What the platform tells of a lived day: its tables become the postings of the wire."""

from collections.abc import Iterator

import numpy as np

from simulator import postings, sessions, tutors
from simulator.columns import Flags, times
from simulator.days import LivedDay
from simulator.postings import Posting
from simulator.profiles import Profile
from simulator.tutors import DAY

TEN = 10 * 3_600  # seconds of the tutor's day at which notices and leaves are told


def told(lived: LivedDay, *, profile: Profile) -> Iterator[Posting]:
    """Everything that will be posted about the day, not in order of time."""
    yield from _newcomers(lived, profile=profile)
    yield from _sessions(lived, profile=profile)
    yield from postings.of_feedback(lived.said, jitter=profile.feed.jitter)
    yield from _turns(lived)
    for one in lived.behaviour:
        yield from postings.of_deeds(
            one.deeds, one.kind, seed=lived.seed, jitter=profile.feed.jitter, detail=one.detail
        )


def _newcomers(lived: LivedDay, *, profile: Profile) -> Iterator[Posting]:
    new = lived.newcomers
    records = tutors.onboardings(new, first_day=lived.first_second, seed=lived.seed, profile=profile)
    due = np.maximum(lived.first_second + new.joined * DAY, lived.midnight).tolist()
    for second, record in zip(due, records, strict=True):
        yield Posting(second, record["event_id"], "events", record)


def _sessions(lived: LivedDay, *, profile: Profile) -> Iterator[Posting]:
    subjects, jitter = list(profile.tutors.subjects), profile.feed.jitter
    at = sessions.booking_times(lived.booked, midnight=lived.midnight)
    yield from postings.of_sessions(lived.booked, "booked", at=at, subjects=subjects, jitter=jitter, more={})
    for changes, transition in (
        (lived.moved, "moved"),
        (lived.cancelled, "cancelled"),
        (lived.called_off, "cancelled"),
        (lived.missed, "no_show"),
    ):
        yield from postings.of_changes(changes, transition, subjects=subjects, jitter=jitter)
    yield from postings.of_taught(lived.taught, subjects=subjects, jitter=jitter)


def _turns(lived: LivedDay) -> Iterator[Posting]:
    """Notices and announced leaves: at ten o'clock on the tutor's clock."""
    turns, ten = lived.turns, lived.local + TEN
    kinds: tuple[tuple[str, Flags, str], ...] = (
        ("resignation_notice", turns.notice, "effective_on"),
        ("leave_started", turns.leave_began, "until"),
        ("leave_ended", turns.leave_ended & ~turns.leave_began, ""),
    )
    for kind, which, detail in kinds:
        for tutor in np.flatnonzero(which).tolist():
            details = {detail: times(np.floor(lived.until[tutor : tutor + 1]))[0]} if detail else {}
            yield postings.of_behaviour(
                tutor,
                kind,
                name=str(lived.day),
                when=times(ten[tutor : tutor + 1])[0],
                due=float(ten[tutor]),
                details=details,
            )
