"""alerts

Revision: a1e275000001, after effec7000001
"""

import sqlalchemy as sa
from alembic import op

revision = "a1e275000001"
down_revision = "effec7000001"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "alert_storms",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_storms")),
    )
    op.create_index("ix_alert_storms_rule", "alert_storms", ["rule_id", "begun_at"])
    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tutor_number", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("episode", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("owner_group", sa.Text(), nullable=False),
        sa.Column("lasting", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("reopenings", sa.Integer(), nullable=False),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("storm_id", sa.BigInteger(), nullable=True),
        sa.Column("assignee", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_by", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.Text(), nullable=True),
        sa.Column("resolved_by", sa.BigInteger(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("useful", sa.Boolean(), nullable=True),
        sa.Column("rating", sa.Text(), nullable=False),
        sa.Column("rated_by", sa.BigInteger(), nullable=True),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "category IN ('churn', 'quality', 'technical', 'engagement')", name=op.f("ck_alerts_category")
        ),
        sa.CheckConstraint(
            "severity IN ('critical', 'high', 'medium', 'low')", name=op.f("ck_alerts_severity")
        ),
        sa.CheckConstraint("state IN ('open', 'acknowledged', 'resolved')", name=op.f("ck_alerts_state")),
        sa.CheckConstraint(
            "(state = 'resolved') = (ended IS NOT NULL)", name=op.f("ck_alerts_resolved_has_end")
        ),
        sa.CheckConstraint("(ended IS NULL) = (resolved_at IS NULL)", name=op.f("ck_alerts_end_has_time")),
        sa.CheckConstraint("(useful IS NULL) = (rated_by IS NULL)", name=op.f("ck_alerts_rated_by_somebody")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.{key}"], name=op.f(f"fk_alerts_{column}_{table}"))
            for column, table, key in (
                ("tutor_number", "tutors", "number"),
                ("decision_id", "decisions", "id"),
                ("storm_id", "alert_storms", "id"),
                ("assignee", "accounts", "id"),
                ("acknowledged_by", "accounts", "id"),
                ("resolved_by", "accounts", "id"),
                ("rated_by", "accounts", "id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint(
            "tutor_number", "rule_id", "episode", name=op.f("uq_alerts_tutor_number_rule_id_episode")
        ),
    )
    not_over = sa.text("state <> 'resolved'")
    op.create_index(
        "uq_alerts_not_over", "alerts", ["tutor_number", "rule_id"], unique=True, postgresql_where=not_over
    )
    op.create_index("ix_alerts_not_over", "alerts", ["severity", "raised_at"], postgresql_where=not_over)
    op.create_index("ix_alerts_rule", "alerts", ["rule_id", "raised_at"])
    op.create_index("ix_alerts_newest", "alerts", ["raised_at"])
    for column in ("storm", "case"):
        known = sa.text(f"{column}_id IS NOT NULL")
        op.create_index(f"ix_alerts_{column}", "alerts", [f"{column}_id"], postgresql_where=known)
    op.create_table(
        "alert_acts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("alert_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_alert_acts_alert_id_alerts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_acts")),
    )
    op.create_index("ix_alert_acts_alert", "alert_acts", ["alert_id", "id"])


def downgrade() -> None:
    for name in ("alert_acts", "alerts", "alert_storms"):
        op.drop_table(name)
