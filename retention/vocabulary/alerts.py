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
