"""The words of cases, of the tasks that people answer in them, and of the letters that they send."""

from enum import StrEnum


class Programme(StrEnum):
    """What a case is about."""

    FIRST_SESSION_REVIEW = "first_session_review"
    ALERT_CHECK = "alert_check"
    COACHING = "coaching"
    COACHING_TIP = "coaching_tip"
    ESCALATION_REVIEW = "escalation_review"
    # In the specification and the rulebook, and not carried yet (retention/programmes/planned.py).
    FIRST_SESSION_CHECK_IN = "first_session_check_in"
    IMPROVEMENT_PLAN = "improvement_plan"
    MENTORSHIP = "mentorship"
    PREPARATION_REMINDER = "preparation_reminder"
    RECOGNITION = "recognition"
    RESCHEDULING_HELP = "rescheduling_help"
    RETENTION_INTERVIEW = "retention_interview"
    TRAINING = "training"


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
    NOT_MEASURABLE = "not_measurable"
    CHURNED = "churned"
    NOT_NEEDED = "not_needed"
    DECLINED_BY_TUTOR = "declined_by_tutor"
    DECLINED_BY_MANAGER = "declined_by_manager"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


class EffectVerdict(StrEnum):
    """What a metric did between two instants; a change smaller than the policy's is none."""

    IMPROVED = "improved"
    NO_CHANGE = "no_change"
    WORSENED = "worsened"
    CHURNED = "churned"
    NOT_MEASURABLE = "not_measurable"


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
    ESCALATION_REVIEW = "escalation_review"  # it has lasted although something was begun
    COACHING_OFFER = "coaching_offer"  # accept with times, or decline
    COACHING_TIMES = "coaching_times"  # offer new times
    COACHING_PHONE = "coaching_phone"  # the tutor has not answered the letters: call
    COACHING_DECISION = "coaching_decision"  # nothing came of it: close, or hand on
    COACHING_CALL = "coaching_call"  # hold the call and write it down
    COACHING_FOLLOW_UP = "coaching_follow_up"  # what became of the agreed actions


class Letter(StrEnum):
    """An e-mail of ours: the name of its folder in `retention/emails/templates`."""

    COACHING_TIMES = "coaching_times"
    COACHING_TIMES_REMINDER = "coaching_times_reminder"
    COACHING_SCHEDULED = "coaching_scheduled"
    COACHING_ACTIONS = "coaching_actions"
    COACHING_CALLED_OFF = "coaching_called_off"
    COACHING_TIP = "coaching_tip"
    ALERT_CRITICAL = "alert_critical"  # to staff, at once
    ALERT_DIGEST = "alert_digest"  # to staff, in the morning
    RULE_DECLINED = "rule_declined"  # to staff: a rule's cases are declined again and again


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


class SlaClockKind(StrEnum):
    """Around the clock on working days, or office hours only (design 3, H1)."""

    WEEKDAY = "weekday"
    OFFICE = "office"


class PauseReason(StrEnum):
    """Why a clock stands. Each is shown with how long it stood."""

    WAITING_FOR_TUTOR = "waiting_for_tutor"
    LEAVE = "leave"
    RAMP_UP = "ramp_up"
