"""The words of alerts: what people-ops are told of without being given a task."""

from enum import StrEnum


class AlertCategory(StrEnum):
    """What an alert is about (dashboard summary, DB3)."""

    CHURN = "churn"
    QUALITY = "quality"
    TECHNICAL = "technical"
    ENGAGEMENT = "engagement"


class AlertSeverity(StrEnum):
    """How soon somebody should look, the most urgent first (dashboard summary, DB3)."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class AlertState(StrEnum):
    """How far an alert is; one that comes back soon is open again."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class AlertEnd(StrEnum):
    """How an alert ended: by a person's word, or by itself."""

    DEALT_WITH = "dealt_with"
    NOTHING_TO_DO = "nothing_to_do"
    FALSE_ALARM = "false_alarm"
    SETTLED = "settled"
    TUTOR_LEFT = "tutor_left"
    RULE_CHANGED = "rule_changed"


class AlertAct(StrEnum):
    """What happened to an alert."""

    RAISED = "raised"
    RAISED_AGAIN = "raised_again"
    REOPENED = "reopened"
    ESCALATED = "escalated"
    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    RESOLVED = "resolved"
    RATED = "rated"


class AlertMail(StrEnum):
    """Which alerts reach a colleague by letter; all of them stand on the pages."""

    AT_ONCE = "at_once"
    MORNING = "in_the_morning"
    PAGES = "on_pages_only"


class AlertScope(StrEnum):
    """Whose alerts a colleague is written to about."""

    MINE = "my_tutors"
    GROUP = "my_group"
    EVERYBODY = "everybody"
