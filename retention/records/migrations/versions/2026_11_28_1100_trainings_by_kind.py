"""trainings by kind: each kind of model has its own

Revision: f1e550000001, after 5e00ce000001
"""

import sqlalchemy as sa
from alembic import op

revision = "f1e550000001"
down_revision = "5e00ce000001"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    kind = sa.Column("kind", sa.Text(), nullable=False, server_default="churn")
    op.add_column("model_trainings", kind)
    op.alter_column("model_trainings", "kind", server_default=None)
    op.create_check_constraint(
        op.f("ck_model_trainings_kind"), "model_trainings", "kind IN ('churn', 'first_session')"
    )


def downgrade() -> None:
    op.execute("DELETE FROM model_trainings WHERE kind = 'first_session'")
    op.drop_column("model_trainings", "kind")
