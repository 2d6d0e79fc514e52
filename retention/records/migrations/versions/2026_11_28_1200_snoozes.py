"""snoozes

Revision: 5e00ce000001, after effec7000002
"""

import sqlalchemy as sa
from alembic import op

revision = "5e00ce000001"
down_revision = "effec7000002"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "snoozes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tutor_number", sa.Integer(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("put_by", sa.BigInteger(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.BigInteger(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("until > put_at", name=op.f("ck_snoozes_until_after_put")),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL)", name=op.f("ck_snoozes_lifted_by_somebody")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_snoozes_reason")),
        sa.ForeignKeyConstraint(
            ["tutor_number"], ["tutors.number"], name=op.f("fk_snoozes_tutor_number_tutors")
        ),
        sa.ForeignKeyConstraint(["put_by"], ["accounts.id"], name=op.f("fk_snoozes_put_by_accounts")),
        sa.ForeignKeyConstraint(
            ["lifted_by"], ["accounts.id"], name=op.f("fk_snoozes_lifted_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snoozes")),
    )
    op.create_index("ix_snoozes_tutor", "snoozes", ["tutor_number", "until"])


def downgrade() -> None:
    op.drop_table("snoozes")
