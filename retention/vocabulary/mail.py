"""The words of sending letters, and of what comes back."""

from enum import StrEnum


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


class TipAct(StrEnum):
    """What a tutor did with the guide that a coaching tip recommended."""

    READ = "read"  # kept it open and in view for half a minute
    HELPFUL = "helpful"
    NOT_HELPFUL = "not_helpful"
