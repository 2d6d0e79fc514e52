"""rulebook tryouts

Revision: 7e400000b001, after HEAD
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "7e400000b001"
down_revision = "107e1e500001"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "rulebook_tryouts",
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("against", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("dry_run", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("backtest", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'checking', 'today', 'past', 'done', 'failed')", name=op.f("ck_rulebook_tryouts_state")
        ),
        sa.CheckConstraint("share BETWEEN 0 AND 1", name=op.f("ck_rulebook_tryouts_share")),
        sa.ForeignKeyConstraint(
            ["version"], ["rulebook_versions.version"], name=op.f("fk_rulebook_tryouts_version_rulebook_versions")
        ),
        sa.ForeignKeyConstraint(
            ["against"], ["rulebook_versions.version"], name=op.f("fk_rulebook_tryouts_against_rulebook_versions")
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_rulebook_tryouts")),
    )


def downgrade() -> None:
    op.drop_table("rulebook_tryouts")
