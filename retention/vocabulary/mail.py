"""The words of letters and of the answers to them."""

from enum import StrEnum


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
