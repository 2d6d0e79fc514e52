"""first session forecasts

Revision: 7ea15000008c, after e46a15000001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "7ea15000008c"
down_revision = "e46a15000001"

AGE_BANDS = "student_age_band IN ('under_13', '13_to_15', '16_to_18', 'over_18')"
REASONS = (
    "reason IN ('no_champion', 'champion_old', 'model_broken', 'facts_stale', 'facts_unknown',"
    " 'short_history')"
)
WITH_AGES = ("session_events", "sessions")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in WITH_AGES:
        op.add_column(table, sa.Column("student_age_band", sa.Text(), nullable=True))
        op.create_check_constraint(op.f(f"ck_{table}_student_age_band"), table, AGE_BANDS)
    op.create_index(
        "ix_session_events_first",
        "session_events",
        ["tutor_number", "scheduled_start"],
        postgresql_where=sa.text("session_number = 1"),
    )
    op.create_table(
        "first_session_forecasts",
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tutor_number", sa.Integer(), nullable=False),
        sa.Column("scheduled_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_until", sa.Date(), nullable=False),
        sa.Column("chance", sa.Float(), nullable=False),
        sa.Column("usual", sa.Float(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("factors", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("chance > 0 AND chance < 1", name=op.f("ck_first_session_forecasts_chance")),
        sa.CheckConstraint("usual > 0 AND usual < 1", name=op.f("ck_first_session_forecasts_usual")),
        sa.CheckConstraint(
            "as_of <= known_at", name=op.f("ck_first_session_forecasts_known_after_its_hour")
        ),
        sa.CheckConstraint(
            "as_of < scheduled_start", name=op.f("ck_first_session_forecasts_before_the_session")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["model_versions.id"],
            name=op.f("fk_first_session_forecasts_version_id_model_versions"),
        ),
        sa.PrimaryKeyConstraint(
            "session_id", "version_id", "as_of", name=op.f("pk_first_session_forecasts")
        ),
    )
    op.create_index(
        "ix_first_session_forecasts_tutor", "first_session_forecasts", ["tutor_number", "scheduled_start"]
    )
    op.create_table(
        "first_session_looks",
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("booked", sa.Integer(), nullable=False),
        sa.Column("foretold", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.CheckConstraint(REASONS, name=op.f("ck_first_session_looks_reason")),
        sa.CheckConstraint(
            "foretold <= booked AND changed <= foretold", name=op.f("ck_first_session_looks_counts")
        ),
        sa.CheckConstraint(
            "version_id IS NOT NULL OR (foretold = 0 AND reason IS NOT NULL)",
            name=op.f("ck_first_session_looks_says_why"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["model_versions.id"],
            name=op.f("fk_first_session_looks_version_id_model_versions"),
        ),
        sa.PrimaryKeyConstraint("as_of", name=op.f("pk_first_session_looks")),
    )


def downgrade() -> None:
    op.drop_table("first_session_looks")
    op.drop_table("first_session_forecasts")
    op.drop_index("ix_session_events_first", table_name="session_events")
    for table in WITH_AGES:
        op.drop_column(table, "student_age_band")
