"""which alerts a colleague is written to about

Revision: a1e275000002, after f1e550000001
"""

import sqlalchemy as sa
from alembic import op

revision = "a1e275000002"
down_revision = "f1e550000001"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("accounts", sa.Column("alert_mail", sa.Text(), nullable=True))
    op.add_column("accounts", sa.Column("alert_scope", sa.Text(), server_default="my_group", nullable=False))
    op.add_column("accounts", sa.Column("digest_hour", sa.Integer(), server_default="8", nullable=False))
    op.alter_column("accounts", "alert_scope", server_default=None)
    op.alter_column("accounts", "digest_hour", server_default=None)
    op.create_check_constraint(
        op.f("ck_accounts_alert_mail"), "accounts", "alert_mail IN ('at_once', 'in_the_morning', 'on_pages_only')"
    )
    op.create_check_constraint(
        op.f("ck_accounts_alert_scope"), "accounts", "alert_scope IN ('my_tutors', 'my_group', 'everybody')"
    )
    op.create_check_constraint(op.f("ck_accounts_digest_hour"), "accounts", "digest_hour BETWEEN 0 AND 23")


def downgrade() -> None:
    for name in ("digest_hour", "alert_scope", "alert_mail"):
        op.drop_constraint(op.f(f"ck_accounts_{name}"), "accounts")
        op.drop_column("accounts", name)
