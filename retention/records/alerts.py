"""Alerts: what a rule has found about a tutor that people-ops should know, and what became of it.

An alert waits for nobody: no deadline, no reminder, no timer. So it is a row that is changed where it lies,
and no workflow; what somebody has to do is a case. Times are business time.
"""

from collections.abc import Iterable
from datetime import datetime

import orjson
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from retention.messages.tasks import SYSTEM
from retention.records.announcements import announce
from retention.records.database import Base, Counter, Moment, Session
from retention.vocabulary import AlertAct

TOPIC = "alert"  # of announcements
PUT_ACTS = """
INSERT INTO alert_acts (alert_id, at, act, actor, note)
SELECT alert_id, :at, act, :actor, note
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS told (alert_id bigint, act text, note text)
"""


class AlertStorm(Base):
    """Alerts of one rule about many tutors within an hour: one line in lists, one letter."""

    __tablename__ = "alert_storms"
    __table_args__ = (Index("ix_alert_storms_rule", "rule_id", "begun_at"),)

    id: Mapped[Counter]
    rule_id: Mapped[str]
    begun_at: Mapped[Moment]
    last_at: Mapped[Moment]


class Alert(Base):
    """One alert. Of a rule and a tutor at most one is not over."""

    __tablename__ = "alerts"
    __table_args__ = (
        CheckConstraint("category IN ('churn', 'quality', 'technical', 'engagement')", name="category"),
        CheckConstraint("severity IN ('critical', 'high', 'medium', 'low')", name="severity"),
        CheckConstraint("state IN ('open', 'acknowledged', 'resolved')", name="state"),
        CheckConstraint("(state = 'resolved') = (ended IS NOT NULL)", name="resolved_has_end"),
        CheckConstraint("(ended IS NULL) = (resolved_at IS NULL)", name="end_has_time"),
        CheckConstraint("(useful IS NULL) = (rated_by IS NULL)", name="rated_by_somebody"),
        UniqueConstraint("tutor_number", "rule_id", "episode"),
        Index(
            "uq_alerts_not_over", "tutor_number", "rule_id", unique=True,
            postgresql_where="state <> 'resolved'",
        ),
        Index("ix_alerts_not_over", "severity", "raised_at", postgresql_where="state <> 'resolved'"),
        Index("ix_alerts_rule", "rule_id", "raised_at"),
        Index("ix_alerts_newest", "raised_at"),
        Index("ix_alerts_storm", "storm_id", postgresql_where="storm_id IS NOT NULL"),
        Index("ix_alerts_case", "case_id", postgresql_where="case_id IS NOT NULL"),
    )  # fmt: skip

    id: Mapped[Counter]
    tutor_number: Mapped[int] = mapped_column(ForeignKey("tutors.number"))
    rule_id: Mapped[str]
    episode: Mapped[str]  # of the firing that raised it first
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))  # the newest: facts and explanation
    category: Mapped[str]
    severity: Mapped[str]
    title: Mapped[str]  # the rule's own sentence
    advice: Mapped[str]
    owner_group: Mapped[str]
    lasting: Mapped[bool]  # its rule watches until it is settled; else it is about one session
    state: Mapped[str] = mapped_column(default="open")
    opened_at: Mapped[Moment]
    raised_at: Mapped[Moment]  # the newest opening
    last_seen_at: Mapped[Moment]  # when its condition was last found to hold
    times: Mapped[int] = mapped_column(default=1)  # firings
    reopenings: Mapped[int] = mapped_column(default=0)
    escalated_at: Mapped[Moment | None]
    case_id: Mapped[str | None]  # the check that its rule opened beside it
    storm_id: Mapped[int | None] = mapped_column(ForeignKey("alert_storms.id"))
    assignee: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    acknowledged_at: Mapped[Moment | None]
    snoozed_until: Mapped[Moment | None]
    ended: Mapped[str | None]
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))  # None: by itself
    resolved_at: Mapped[Moment | None]
    note: Mapped[str] = mapped_column(default="")  # why it was resolved
    useful: Mapped[bool | None]
    rating: Mapped[str] = mapped_column(default="")  # why it was useful, or not
    rated_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    rated_at: Mapped[Moment | None]


class AlertActLine(Base):
    """One line of an alert's story."""

    __tablename__ = "alert_acts"
    __table_args__ = (Index("ix_alert_acts_alert", "alert_id", "id"),)

    id: Mapped[Counter]
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"))
    at: Mapped[Moment]
    act: Mapped[str]
    actor: Mapped[str]  # account number as text, or mainstay
    note: Mapped[str] = mapped_column(default="")


def note_acts(
    session: Session,
    acts: Iterable[tuple[int, AlertAct, str]],
    *,
    at: datetime,
    actor: str = SYSTEM,
) -> None:
    """Write down what happened to alerts (id, act, remark), and tell the pages that show them."""
    told = list(acts)
    rows = [{"alert_id": number, "act": act, "note": note} for number, act, note in told]
    if rows:
        session.execute(text(PUT_ACTS), {"rows": orjson.dumps(rows).decode(), "at": at, "actor": actor})
        announce(session, TOPIC, [number for number, _, _ in told])
