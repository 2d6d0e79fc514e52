"""model days: a training is on record from the moment it is asked for; the running sum may alarm

Revision: 7ea15000011a, after 7ea15000008c
"""

import sqlalchemy as sa
from alembic import op

revision = "7ea15000011a"
down_revision = "a1e275000001"
STATES = "'shadow', 'waiting', 'promoted', 'rejected', 'expired', 'nothing_learnt', 'not_applied'"
KINDS = "'features', 'scores', 'calibration'"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("model_trainings", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    _check("model_trainings", "state", f"state IN ('learning', {STATES})")
    _check("model_alarms", "kind", f"kind IN ({KINDS}, 'running_sum')")


def downgrade() -> None:
    op.execute("DELETE FROM model_alarms WHERE kind = 'running_sum'")
    op.execute("DELETE FROM model_trainings WHERE state = 'learning'")
    _check("model_alarms", "kind", f"kind IN ({KINDS})")
    _check("model_trainings", "state", f"state IN ({STATES})")
    op.drop_column("model_trainings", "asked_at")


def _check(table: str, name: str, condition: str) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)
