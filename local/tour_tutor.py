"""A tutor of the tour's own, as the platform would tell of them: good months, tired weeks, recovery.

Nobody makes anything up about scores or cases here: these are sessions, feedback and logins, posted like any.
The tutor's letters go to a mailbox that the demo's made-up tutors do not read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from retention.vocabulary import BehaviourKind, Party, SessionState, Stream

MAIL = "visitors.example"
WITH_US = 100  # days before the tour
TIRED_SINCE = 10  # days before the tour: far fewer sessions, moved every day
UNHAPPY_SINCE = 30  # days before the tour: the ratings fall before the tutor does
BASELINE = 6.0  # sessions a week; even the tired weeks keep half of it, so that nobody counts them as gone
WELL, TIRED = (16, 18), (17,)  # o'clock (UTC) of a day's sessions
RATINGS = {True: (5, 5, 4), False: (3, 3, 4)}  # happy students or not, in turn
WISHES: tuple[dict[str, Any], ...] = (  # of unhappy students, in turn
    {"improvement_areas": ["punctuality"], "free_text": "Moved again at short notice."},
    {"improvement_areas": ["engagement"], "free_text": "Seemed tired; the examples were rushed."},
    {},
)
LOGIN_EVERY = {True: 1, False: 4}  # days
MINUTES = 60
NAMED = "Nadia Petrova"

Record = dict[str, Any]


@dataclass
class TutorOfTheTour:
    """Their life from `met` on, one day after the other; `well_since` is set when they have recovered."""

    external_id: str
    met: date
    well_since: date | None = None
    told: set[str] = field(default_factory=set)  # event ids
    told_until: date = date.min

    def until(self, now: datetime) -> Iterator[tuple[Stream, Record]]:
        """What has happened by now and was not told before, the oldest first."""
        day = max(self.met - timedelta(days=WITH_US), self.told_until)
        self.told_until = now.date()
        while day <= now.date():
            for stream, record in self._day(day):
                if (
                    record["event_id"] not in self.told
                    and datetime.fromisoformat(record["event_time"]) <= now
                ):
                    self.told.add(record["event_id"])
                    yield stream, record
            day += timedelta(days=1)

    def _day(self, day: date) -> Iterator[tuple[Stream, Record]]:
        number = day.toordinal()
        if day == self.met - timedelta(days=WITH_US):
            yield Stream.EVENTS, self._onboarded(day)
        tired = self._since(day, TIRED_SINCE)
        if number % LOGIN_EVERY[not tired] == 0:
            yield Stream.EVENTS, self._login(day)
        if tired:
            yield Stream.SESSIONS, self._moved(day)
        for hour in TIRED if tired else WELL:
            if not tired or _teaches(day):
                yield Stream.SESSIONS, self._taught(day, hour)
                yield Stream.FEEDBACK, self._said(day, hour)

    def _since(self, day: date, days: int) -> bool:
        """Whether a day lies in the bad weeks that began so many days before the tour."""
        begun = day >= self.met - timedelta(days=days)
        return begun and (self.well_since is None or day < self.well_since)

    def _record(self, what: str, at: datetime) -> Record:
        return {
            "tutor_id": self.external_id,
            "event_id": f"{self.external_id}-{at:%y%m%d%H}-{what}",
            "event_time": at.isoformat(),
        }

    def _onboarded(self, day: date) -> Record:
        details = {
            "name": NAMED,
            "email": f"{NAMED.lower().replace(' ', '.')}@{MAIL}",
            "subjects": ["Mathematics"],
            "time_zone": "Europe/London",
            "baseline_sessions_per_week": BASELINE,
        }
        return self._record("onboarded", _at(day, 6)) | {"kind": BehaviourKind.ONBOARDED, "details": details}

    def _login(self, day: date) -> Record:
        return self._record("login", _at(day, 8)) | {
            "kind": BehaviourKind.LOGIN,
            "details": {"preparation_minutes": 10},
        }

    def _session(self, day: date, hour: int) -> Record:
        return {
            "session_id": f"{self.external_id}-{_at(day, hour):%y%m%d%H}",
            "student_ids": [f"{self.external_id}-student-{hour}"],
            "session_number": 30 + (day - self.met).days // 7,
            "subject": "Mathematics",
            "scheduled_start": _at(day, hour).isoformat(),
            "scheduled_minutes": MINUTES,
        }

    def _taught(self, day: date, hour: int) -> Record:
        return (
            self._record("taught", _at(day, hour + 1))
            | self._session(day, hour)
            | {
                "transition": SessionState.COMPLETED,
                "actual_start": _at(day, hour).isoformat(),
                "duration_minutes": MINUTES,
                "learning_objectives_met": True,
            }
        )

    def _moved(self, day: date) -> Record:
        """Every day the tutor moves the session that comes next."""
        later = next(day + timedelta(days=ahead) for ahead in (1, 2) if _teaches(day + timedelta(days=ahead)))
        return (
            self._record("moved", _at(day, 12))
            | self._session(later, TIRED[0])
            | {
                "transition": SessionState.MOVED,
                "previous_start": _at(later, 15).isoformat(),
                "initiated_by": Party.TUTOR,
                "reason": "Asked for a later hour.",
            }
        )

    def _said(self, day: date, hour: int) -> Record:
        happy = not self._since(day, UNHAPPY_SINCE)
        session, turn = self._session(day, hour), (day.toordinal() + hour) // 2
        return (
            self._record("said", _at(day, hour + 2))
            | {"session_id": session["session_id"], "student_id": session["student_ids"][0]}
            | {"overall_rating": RATINGS[happy][turn % len(RATINGS[happy])]}
            | ({} if happy else WISHES[turn % len(WISHES)])
        )


def _teaches(day: date) -> bool:
    """Whether a tired tutor teaches on a day: every other one."""
    return day.toordinal() % 2 == 0


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)
