"""The words of the session platform: what it posts, and who does what there."""

from enum import StrEnum


class Origin(StrEnum):
    """Where a record came from; decided by the API key that posted it."""

    REAL = "real"
    SYNTHETIC = "synthetic"


class Stream(StrEnum):
    """The three kinds of records that are posted."""

    SESSIONS = "sessions"
    EVENTS = "events"
    FEEDBACK = "feedback"


class Receipt(StrEnum):
    """What became of a posted record."""

    STORED = "stored"
    REPEATED = "repeated"
    CONTRADICTED = "contradicted"
    REFUSED = "refused"


class QuarantineState(StrEnum):
    """A quarantined line waits, was stored after all, or was dropped."""

    OPEN = "open"
    REPLAYED = "replayed"
    DISCARDED = "discarded"


class TutorStatus(StrEnum):
    ACTIVE = "active"
    ON_LEAVE = "on_leave"
    CHURNED = "churned"


class ChurnReason(StrEnum):
    """PRD appendix A; reactivation begins a new spell."""

    RESIGNATION = "resignation"
    INACTIVITY = "inactivity"
    REDUCED_ACTIVITY = "reduced_activity"


class AgeBand(StrEnum):
    """How old a session's student is, as far as we want to know; parted where COPPA is (under 13)."""

    UNDER_13 = "under_13"
    FROM_13_TO_15 = "13_to_15"
    FROM_16_TO_18 = "16_to_18"
    OVER_18 = "over_18"


class SessionState(StrEnum):
    """Where a session is in its life: booked, moved, then cancelled, no-show or completed."""

    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    COMPLETED = "completed"


class SessionKind(StrEnum):
    ONE_ON_ONE = "1-on-1"
    GROUP = "group"


class Party(StrEnum):
    """Who moved, cancelled or missed a session."""

    TUTOR = "tutor"
    STUDENT = "student"
    PLATFORM = "platform"


class BehaviourKind(StrEnum):
    """What a tutor did outside a session."""

    ONBOARDED = "onboarded"
    LOGIN = "login"
    AVAILABILITY_CHANGED = "availability_changed"
    MESSAGE_ANSWERED = "message_answered"
    TRAINING_ASSIGNED = "training_assigned"
    TRAINING_COMPLETED = "training_completed"
    RESIGNATION_NOTICE = "resignation_notice"
    LEAVE_STARTED = "leave_started"
    LEAVE_ENDED = "leave_ended"


class FirstExperience(StrEnum):
    """PRD persona 4: "How was your first experience?"."""

    GREAT = "great"
    GOOD = "good"
    OK = "ok"
    POOR = "poor"


class WorkAgain(StrEnum):
    """PRD UI 3 step 3: "Would you want to work with this tutor again?"."""

    YES = "yes"
    MAYBE = "maybe"
    PROBABLY_NOT = "probably_not"
    NO = "no"
