"""What the session platform posts: sessions, behaviour and feedback, one record per fact.

Each record has its own `event_id`: a repeat is answered as the first time, the same id with
another body is refused. `known_at` is not posted: it is the instant at which we stored the row.
"""

from datetime import UTC, datetime
from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from retention.vocabulary import (
    AgeBand,
    BehaviourKind,
    FirstExperience,
    Party,
    SessionKind,
    SessionState,
    WorkAgain,
)

Id = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$")]
Rating = Annotated[int, Field(ge=1, le=5, strict=True)]  # stars
ZONES = frozenset(available_timezones())
FIRST_YEAR = datetime(2000, 1, 1, tzinfo=UTC)
AFTER_LAST_YEAR = datetime(2100, 1, 1, tzinfo=UTC)


def _known_zone(name: str) -> str:
    if name not in ZONES:
        message = "is no time zone of the IANA list, e.g. Europe/London"
        raise ValueError(message)
    return name


# In any offset. Other years are typing errors; bounds, since Python code here would slow batches down.
Instant = Annotated[AwareDatetime, Field(ge=FIRST_YEAR, lt=AFTER_LAST_YEAR)]
TimeZone = Annotated[str, AfterValidator(_known_zone)]


class Record(BaseModel):
    """What every posted record has."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    event_id: Id
    tutor_id: Id
    event_time: Instant


NEEDED: dict[SessionState, tuple[str, ...]] = {
    SessionState.MOVED: ("previous_start", "initiated_by"),
    SessionState.CANCELLED: ("initiated_by",),
    SessionState.NO_SHOW: ("initiated_by",),
    SessionState.COMPLETED: ("actual_start", "duration_minutes"),
}


class SessionRecord(Record):
    """One transition in the life of a session (design 3, Sessions)."""

    session_id: Id
    transition: SessionState
    student_ids: Annotated[list[Id], Field(min_length=1, max_length=30)]
    session_number: Annotated[int, Field(ge=1, le=10_000, strict=True)]  # 1 = first of tutor and student
    subject: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    student_age_band: AgeBand | None = None  # never an age or a birthday; in a group, of most of them
    session_type: SessionKind = SessionKind.ONE_ON_ONE
    scheduled_start: Instant
    scheduled_minutes: Annotated[int, Field(ge=5, le=720, strict=True)]  # 12 hours at most
    previous_start: Instant | None = None  # moved: the start it had before
    initiated_by: Party | None = None  # moved, cancelled: who asked; no_show: who was absent
    reason: Annotated[str, StringConstraints(max_length=200)] | None = None
    actual_start: Instant | None = None
    duration_minutes: Annotated[int, Field(ge=0, le=720, strict=True)] | None = None
    engagement_score: Annotated[float, Field(ge=0, le=1)] | None = None  # 0-1, PRD 1.2
    learning_objectives_met: bool | None = None
    technical_issues: bool = False

    @model_validator(mode="after")
    def _says_what_its_transition_needs(self) -> Self:
        missing = [name for name in NEEDED.get(self.transition, ()) if getattr(self, name) is None]
        if missing:
            message = f"a session that is {self.transition} needs {' and '.join(missing)}"
            raise ValueError(message)
        if self.session_type is SessionKind.ONE_ON_ONE and len(self.student_ids) != 1:
            message = "a 1-on-1 session has exactly one student"
            raise ValueError(message)
        if len(set(self.student_ids)) != len(self.student_ids):
            message = "student_ids names a student twice"
            raise ValueError(message)
        return self


class Availability(BaseModel):
    """Hours a tutor offers, per week."""

    model_config = ConfigDict(extra="forbid")

    hours_per_week: Annotated[float, Field(ge=0, le=100)]


class Onboarding(BaseModel):
    """Who a new tutor is. A second `onboarded` record of the same tutor updates the profile."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    email: Annotated[str, StringConstraints(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
    subjects: Annotated[
        list[Annotated[str, StringConstraints(min_length=1, max_length=60)]],
        Field(min_length=1, max_length=20),
    ]
    time_zone: TimeZone = "UTC"
    education_level: Annotated[str, StringConstraints(max_length=60)] | None = None
    location: Annotated[str, StringConstraints(max_length=120)] | None = None
    baseline_sessions_per_week: Annotated[float, Field(gt=0, le=100)]


class MessageAnswered(BaseModel):
    """How long a student waited for the tutor's answer."""

    model_config = ConfigDict(extra="forbid")

    response_minutes: Annotated[float, Field(ge=0, le=100_000)]


class Training(BaseModel):
    """A training module that was assigned or completed."""

    model_config = ConfigDict(extra="forbid")

    module: Id


class Notice(BaseModel):
    """A resignation and the last day it names."""

    model_config = ConfigDict(extra="forbid")

    effective_on: Instant


class Login(BaseModel):
    """A sign-in to the platform, with the minutes spent preparing sessions."""

    model_config = ConfigDict(extra="forbid")

    preparation_minutes: Annotated[float, Field(ge=0, le=1_440)] = 0


class Leave(BaseModel):
    """An approved leave; `until` is its planned end, when known."""

    model_config = ConfigDict(extra="forbid")

    until: Instant | None = None


class _Behaviour(Record):
    """A behaviour event; each kind has its own details."""


class OnboardedRecord(_Behaviour):
    kind: Literal[BehaviourKind.ONBOARDED]
    details: Onboarding


class LoginRecord(_Behaviour):
    kind: Literal[BehaviourKind.LOGIN]
    details: Login = Login()


class AvailabilityRecord(_Behaviour):
    kind: Literal[BehaviourKind.AVAILABILITY_CHANGED]
    details: Availability


class MessageRecord(_Behaviour):
    kind: Literal[BehaviourKind.MESSAGE_ANSWERED]
    details: MessageAnswered


class TrainingRecord(_Behaviour):
    kind: Literal[BehaviourKind.TRAINING_ASSIGNED, BehaviourKind.TRAINING_COMPLETED]
    details: Training


class ResignationRecord(_Behaviour):
    kind: Literal[BehaviourKind.RESIGNATION_NOTICE]
    details: Notice


class LeaveRecord(_Behaviour):
    kind: Literal[BehaviourKind.LEAVE_STARTED, BehaviourKind.LEAVE_ENDED]
    details: Leave = Leave()


AnyBehaviour = (
    OnboardedRecord
    | LoginRecord
    | AvailabilityRecord
    | MessageRecord
    | TrainingRecord
    | ResignationRecord
    | LeaveRecord
)
BehaviourRecord = Annotated[AnyBehaviour, Field(discriminator="kind")]


class DimensionRatings(BaseModel):
    """The five dimensions of PRD 1.5; each may be left out."""

    model_config = ConfigDict(extra="forbid")

    subject_knowledge: Rating | None = None
    communication: Rating | None = None
    patience: Rating | None = None
    engagement: Rating | None = None
    helpfulness: Rating | None = None


class FeedbackRecord(Record):
    """A student's words on one session; `event_time` is when it was given."""

    session_id: Id
    student_id: Id
    overall_rating: Rating
    ratings: DimensionRatings = DimensionRatings()
    first_experience: FirstExperience | None = None
    would_work_again: WorkAgain | None = None
    improvement_areas: Annotated[
        list[Annotated[str, StringConstraints(max_length=60)]], Field(max_length=10)
    ] = []
    free_text: Annotated[str, StringConstraints(max_length=500)] | None = None  # PRD UI 3 step 2


AnyRecord = SessionRecord | AnyBehaviour | FeedbackRecord
