"""The words of the house: each list of fixed words, once. docs/glossary.md explains every one."""

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


class Trigger(StrEnum):
    """A moment at which rules are looked at."""

    SESSION_COMPLETED = "session_completed"
    FEEDBACK_RECEIVED = "feedback_received"
    NO_SHOW = "no_show"
    RESCHEDULE = "reschedule"
    SCORE_UPDATED = "score_updated"
    HOURLY = "hourly"
    DAILY_ROLLUP = "daily_rollup"


class Tier(StrEnum):
    """PRD component 2, performance tiers, best first."""

    EXEMPLARY = "exemplary"
    STRONG = "strong"
    DEVELOPING = "developing"
    NEEDS_ATTENTION = "needs_attention"
    AT_RISK = "at_risk"


class RiskBand(StrEnum):
    """Bands of the integer churn score: 0-25, 26-50, 51-75, 76-100 (PRD 3.1)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class ScoreSource(StrEnum):
    MODEL = "model"
    COMPONENT = "component"


class Cadence(StrEnum):
    """Periods that the evaluation works off by watermark."""

    QUARTER_HOUR = "quarter_hour"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Verdict(StrEnum):
    """What became of a rule that was looked at."""

    FIRE = "fire"
    ESCALATE = "escalate"
    RESOLVE = "resolve"
    SUPPRESSED = "suppressed"


class Programme(StrEnum):
    """What a case is about."""

    FIRST_SESSION_REVIEW = "first_session_review"
    ALERT_CHECK = "alert_check"
    COACHING = "coaching"
    COACHING_TIP = "coaching_tip"


class CaseState(StrEnum):
    OPEN = "open"
    FOLLOWING_UP = "following_up"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a case ended."""

    CONTACTED_STUDENT = "contacted_student"
    COACHED_TUTOR = "coached_tutor"
    NO_ACTION_NEEDED = "no_action_needed"
    TUTOR_CONTACTED = "tutor_contacted"
    TUTOR_UNREACHABLE = "tutor_unreachable"
    EXPLAINED_ABSENCE = "explained_absence"
    RECOVERED_BY_ITSELF = "recovered_by_itself"
    TUTOR_LEFT = "tutor_left"
    WITHDRAWN = "withdrawn"
    # Of interventions (programmes guide 4.0): what was measured, or why there was nothing to measure.
    IMPROVED = "improved"
    NO_CHANGE = "no_change"
    WORSENED = "worsened"
    CHURNED = "churned"
    NOT_NEEDED = "not_needed"
    DECLINED_BY_TUTOR = "declined_by_tutor"
    DECLINED_BY_MANAGER = "declined_by_manager"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


class CoachingAnswer(StrEnum):
    """How each task of a coaching case can be answered."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    NOT_NEEDED = "not_needed"
    TIMES_OFFERED = "times_offered"
    TIME_AGREED = "time_agreed"
    TUTOR_DECLINED = "tutor_declined"
    UNREACHABLE = "unreachable"
    CLOSED = "closed"
    RETENTION_INTERVIEW = "retention_interview"
    HELD = "held"
    TUTOR_NO_SHOW = "tutor_no_show"
    RESCHEDULED = "rescheduled"
    LOOKED_AT = "looked_at"


class FollowUpWish(StrEnum):
    """What the reviewer of a first session wants to happen next."""

    WATCH_NEXT = "watch_next"
    CLOSE_NOW = "close_now"


class FollowUp(StrEnum):
    """How the tutor's next first session went after a review."""

    SUCCEEDED = "succeeded"
    NEUTRAL = "neutral"
    FAILED_AGAIN = "failed_again"
    NONE_YET = "none_yet"


class TaskKind(StrEnum):
    FIRST_SESSION_REVIEW = "first_session_review"
    INACTIVITY_CHECK = "inactivity_check"
    NO_SHOW_CHECK = "no_show_check"
    COACHING_OFFER = "coaching_offer"  # accept with times, or decline
    COACHING_TIMES = "coaching_times"  # offer new times
    COACHING_PHONE = "coaching_phone"  # the tutor has not answered the letters: call
    COACHING_DECISION = "coaching_decision"  # nothing came of it: close, or hand on
    COACHING_CALL = "coaching_call"  # hold the call and write it down
    COACHING_FOLLOW_UP = "coaching_follow_up"  # what became of the agreed actions


class TaskState(StrEnum):
    """Assignment is apart from state, as in Camunda 8."""

    CREATED = "created"
    COMPLETED = "completed"
    CANCELED = "canceled"
    EXPIRED = "expired"


class SlaState(StrEnum):
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    BREACHED = "breached"


class TaskAct(StrEnum):
    """What happened to a task; one word for each update, and for what the workflow does itself."""

    OPENED = "opened"
    CLAIMED = "claimed"
    UNCLAIMED = "unclaimed"
    ASSIGNED = "assigned"
    DELEGATED = "delegated"
    SNOOZED = "snoozed"
    DUE_DATE_SET = "due_date_set"
    COMMENTED = "commented"
    REMINDED = "reminded"
    BREACHED = "breached"
    ESCALATED = "escalated"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class OwnerGroup(StrEnum):
    """Who a task is offered to (its candidate group)."""

    PEOPLE_OPS = "people_ops"
    OPS_MANAGER = "ops_manager"


class Role(StrEnum):
    OPS_MANAGER = "ops_manager"
    PEOPLE_OPS = "people_ops"
    TUTOR = "tutor"
    STUDENT = "student"
    ADMIN = "admin"


class Scope(StrEnum):
    """What an API key may do."""

    INGEST = "ingest"
    QUARANTINE = "quarantine"


class Letter(StrEnum):
    """An e-mail of ours: the name of its folder in `retention/emails/templates`."""

    COACHING_TIMES = "coaching_times"
    COACHING_TIMES_REMINDER = "coaching_times_reminder"
    COACHING_SCHEDULED = "coaching_scheduled"
    COACHING_ACTIONS = "coaching_actions"
    COACHING_CALLED_OFF = "coaching_called_off"
    COACHING_TIP = "coaching_tip"
    RULE_DECLINED = "rule_declined"  # to staff: a rule's cases are declined again and again


class LetterClass(StrEnum):
    """Optional mail counts towards the tutor's mail budget and can be unsubscribed; notices are neither."""

    OPTIONAL = "optional"
    NOTICE = "notice"


class LetterState(StrEnum):
    """How far a letter has come: claimed, sent, marked; unclear ones are reconciled."""

    NEW = "new"
    SENDING = "sending"
    SENT = "sent"
    AMBIGUOUS = "ambiguous"
    SUPPRESSED = "suppressed"
    FAILED = "failed"


class MailEvent(StrEnum):
    """What the mail provider reports about a letter (SendGrid's words)."""

    PROCESSED = "processed"
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    OPEN = "open"
    CLICK = "click"
    DROPPED = "dropped"
    BOUNCE = "bounce"
    SPAM_REPORT = "spamreport"
    UNSUBSCRIBE = "unsubscribe"
    GROUP_UNSUBSCRIBE = "group_unsubscribe"
    GROUP_RESUBSCRIBE = "group_resubscribe"


class AnswerState(StrEnum):
    """What became of a tutor's answer: on its way, taken by the case, or come too late for it."""

    PENDING = "pending"
    TAKEN = "taken"
    LATE = "late"


class SlaClockKind(StrEnum):
    """Around the clock on working days, or office hours only (design 3, H1)."""

    WEEKDAY = "weekday"
    OFFICE = "office"


class PauseReason(StrEnum):
    """Why a clock stands. Each is shown with how long it stood."""

    WAITING_FOR_TUTOR = "waiting_for_tutor"
    LEAVE = "leave"
    RAMP_UP = "ramp_up"


class Arm(StrEnum):
    """Who gets an automated programme, and who is left without it so that its effect can be known."""

    TREATED = "treated"
    HOLDOUT = "holdout"


class CommandKind(StrEnum):
    START = "start"
    SIGNAL = "signal"
    UPDATE = "update"


class CommandState(StrEnum):
    """A command waits, is applied by the workflow, is refused by it, or finds no workflow to take it."""

    PENDING = "pending"
    APPLIED = "applied"
    REFUSED = "refused"
    DEAD = "dead"


class Hop(StrEnum):
    """The stations of a signal, in order; their times are kept so that latency is a fact."""

    KNOWN = "known"
    MEASURED = "measured"
    SCORED = "scored"
    JUDGED = "judged"
    STARTED = "started"
    TASK_OPEN = "task_open"
