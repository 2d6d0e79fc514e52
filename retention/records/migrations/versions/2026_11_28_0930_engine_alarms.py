"""engine alarms

Revision: e46a15000001, after 5be00000009a
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "e46a15000001"
down_revision = "5be00000009a"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "engine_alarms",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('disagreement', 'retried')", name=op.f("ck_engine_alarms_kind")),
        sa.CheckConstraint("count > 0", name=op.f("ck_engine_alarms_count")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engine_alarms")),
    )
    op.create_index(
        "uq_engine_alarms_day", "engine_alarms", ["day", "kind", "rule_id", "part"], unique=True
    )


def downgrade() -> None:
    op.drop_table("engine_alarms")
