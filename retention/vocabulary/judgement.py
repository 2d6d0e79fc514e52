"""The words of measuring, scoring and judging."""

from enum import StrEnum


class Trigger(StrEnum):
    """A moment at which rules are looked at."""

    SESSION_COMPLETED = "session_completed"
    FEEDBACK_RECEIVED = "feedback_received"
    NO_SHOW = "no_show"
    RESCHEDULE = "reschedule"
    SCORE_UPDATED = "score_updated"
    HOURLY = "hourly"
    DAILY_ROLLUP = "daily_rollup"
    DRAW = "draw"  # of places among those who wait for people; no rule names it


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


class Arm(StrEnum):
    """Who gets an automated programme, and who is left without it so that its effect can be known."""

    TREATED = "treated"
    HOLDOUT = "holdout"


class EngineTrouble(StrEnum):
    """What an alarm about the rules engine says."""

    DISAGREEMENT = "disagreement"
    RETRIED = "retried"
