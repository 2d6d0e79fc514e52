"""capacity lotteries

Revision: 107e1e500001, after a1e275000002
"""

import sqlalchemy as sa
from alembic import op

revision = "107e1e500001"
down_revision = "a1e275000002"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "lottery_draws",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("owner_group", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pool", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Float(), nullable=False),
        sa.Column("hours_left", sa.Float(), nullable=False),
        sa.CheckConstraint(
            "pool > 0 AND places >= 0 AND places <= pool", name=op.f("ck_lottery_draws_places")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lottery_draws")),
    )
    op.create_index("ix_lottery_draws_day", "lottery_draws", ["day", "owner_group"])
    _tickets()


def _tickets() -> None:
    op.create_table(
        "lottery_tickets",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tutor_number", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("owner_group", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("hours", sa.Float(), nullable=False),
        sa.Column("fact_sheet_id", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("draw_id", sa.BigInteger(), nullable=True),
        sa.Column("lot", sa.Float(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("admitted", sa.Boolean(), nullable=True),
        sa.Column("propensity", sa.Float(), nullable=True),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(draw_id, lot, rank, admitted, propensity) IN (0, 5)",
            name=op.f("ck_lottery_tickets_drawn_whole"),
        ),
        sa.CheckConstraint("propensity BETWEEN 0 AND 1", name=op.f("ck_lottery_tickets_propensity")),
        sa.ForeignKeyConstraint(
            ["tutor_number"], ["tutors.number"], name=op.f("fk_lottery_tickets_tutor_number_tutors")
        ),
        sa.ForeignKeyConstraint(
            ["fact_sheet_id"], ["fact_sheets.id"], name=op.f("fk_lottery_tickets_fact_sheet_id_fact_sheets")
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["lottery_draws.id"], name=op.f("fk_lottery_tickets_draw_id_lottery_draws")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_lottery_tickets_decision_id_decisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lottery_tickets")),
    )
    op.create_index(
        "uq_lottery_tickets_day", "lottery_tickets", ["tutor_number", "rule_id", "day"], unique=True
    )
    op.create_index(
        "ix_lottery_tickets_waiting", "lottery_tickets", ["day"], postgresql_where="draw_id IS NULL"
    )
    op.create_index("ix_lottery_tickets_draw", "lottery_tickets", ["draw_id"])


def downgrade() -> None:
    op.drop_table("lottery_tickets")
    op.drop_table("lottery_draws")
