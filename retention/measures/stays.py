"""When a tutor is gone, by the glossary (PRD appendix A), and when back. Pure, day by day.

Gone is who resigned (on the day that takes effect), who has not completed a session on 15 UTC days
running, or who taught less than half of the baseline in each of three weeks running. Days of an
approved leave do not count, and do not interrupt. Who teaches again begins a new stay; who was gone by
teaching too little, when a week reaches half of the baseline again. Nor do days count on which the
platform was silent: nobody's absence proves anything then, whatever is known of later days.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from retention import policy
from retention.measures.periods import complete_until, day_of, start_of
from retention.vocabulary import ChurnReason, TutorStatus

WEEK = 7
WATCHED = WEEK * policy.REDUCED_WEEKS


@dataclass(frozen=True)
class Day:
    """One UTC day; a day that is not listed had no session and no leave."""

    completed: int = 0
    on_leave: bool = False


NOTHING = Day()


@dataclass(frozen=True)
class Stay:
    """A stay from onboarding or return until churn."""

    started_at: datetime
    ended_at: datetime | None = None
    reason: ChurnReason | None = None


@dataclass(frozen=True)
class Notice:
    """That a tutor will leave: when it was given, and the last day that it names."""

    given_at: datetime
    last_day: datetime


@dataclass(frozen=True)
class History:
    """What decides a tutor's status. `stay` is the latest one that is on record."""

    tutor_number: int
    status: TutorStatus
    onboarded_at: datetime
    baseline_per_week: float
    stay: Stay
    days: Mapping[date, Day]
    watched_from: date  # days before it are not looked at
    notices: Sequence[Notice] = ()  # in the order in which they were given
    on_leave: bool = False  # now
    heard: bool = True  # anybody's sessions arrive; else the platform is silent now
    silent: frozenset[date] = frozenset()  # days on which it was


@dataclass
class _Walk:
    """What is remembered from day to day of one stay."""

    stay: Stay
    idle: int = 0
    taught: deque[int] = field(default_factory=lambda: deque(maxlen=WATCHED))


def stays_of(history: History, *, as_of: datetime) -> list[Stay]:
    """The latest stay as it is now known, and any that came after it.

    Only days that are over can end a stay; today's session is enough to begin one.
    """
    walk = _Walk(history.stay)
    found = [history.stay]
    for day in _days(history, until=day_of(as_of)):
        if walk.stay.ended_at is not None:
            if not _is_back(history, walk, day):
                continue
            walk = _Walk(Stay(started_at=start_of(day)))
            found.append(walk.stay)
        ended = _ended(history, walk, day, as_of=as_of)
        if ended is not None:
            found[-1] = ended
            walk = _Walk(ended)
    return found


def status_of(history: History, stays: list[Stay]) -> TutorStatus:
    """The tutor's status after the last of the stays."""
    if stays[-1].ended_at is not None:
        return TutorStatus.CHURNED
    return TutorStatus.ON_LEAVE if history.on_leave else TutorStatus.ACTIVE


def _days(history: History, *, until: date) -> Iterator[date]:
    known = history.stay.ended_at or history.stay.started_at
    day = max(day_of(known), history.watched_from)
    while day <= until:
        yield day
        day += timedelta(days=1)


def _is_back(history: History, walk: _Walk, day: date) -> bool:
    """Whether one who was gone is back on this day; who taught too little must reach half a week's worth."""
    completed = history.days.get(day, NOTHING).completed
    if walk.stay.ended_at is None or start_of(day) < walk.stay.ended_at:
        return False
    if walk.stay.reason is not ChurnReason.REDUCED_ACTIVITY:
        return completed > 0
    walk.taught.append(completed)
    return sum(list(walk.taught)[-WEEK:]) >= _floor(history)


def _floor(history: History) -> float:
    return policy.REDUCED_SHARE * history.baseline_per_week


def _ended(history: History, walk: _Walk, day: date, *, as_of: datetime) -> Stay | None:
    last_day = _last_day_of(history, walk.stay, day)
    if last_day is not None and day_of(last_day) <= day and last_day <= as_of:
        return replace(walk.stay, ended_at=last_day, reason=ChurnReason.RESIGNATION)
    today = history.days.get(day, NOTHING)
    if today.on_leave and today.completed:
        walk.idle = 0
    if day > complete_until(as_of) or today.on_leave or not history.heard or day in history.silent:
        return None
    started = day_of(walk.stay.started_at)
    walk.idle = 0 if today.completed or day == started else walk.idle + 1
    walk.taught.append(today.completed)
    reason = _reason(history, walk, day)
    return replace(walk.stay, ended_at=start_of(day) + timedelta(days=1), reason=reason) if reason else None


def _last_day_of(history: History, stay: Stay, day: date) -> datetime | None:
    """When the newest notice given by the end of a day takes effect, if it belongs to this stay."""
    given = [notice for notice in history.notices if day_of(notice.given_at) <= day]
    if not given or given[-1].given_at < stay.started_at:
        return None
    return given[-1].last_day if given[-1].last_day > stay.started_at else None


def _reason(history: History, walk: _Walk, day: date) -> ChurnReason | None:
    if walk.idle >= policy.INACTIVITY_DAYS:
        return ChurnReason.INACTIVITY
    tenure = day - day_of(history.onboarded_at)
    if tenure < policy.REDUCED_MIN_TENURE or len(walk.taught) < WATCHED:
        return None
    counts = list(walk.taught)
    weeks = [sum(counts[start : start + WEEK]) for start in range(0, WATCHED, WEEK)]
    return ChurnReason.REDUCED_ACTIVITY if all(week < _floor(history) for week in weeks) else None
