"""models say up to which day they were taught; of those that are there, their cards know it

Revision: 1ea27e500040, after a64eed000001
"""

import sqlalchemy as sa
from alembic import op

revision = "1ea27e500040"
down_revision = "a64eed000001"
KNOWN = """
    UPDATE model_versions SET learnt_until = coalesce(
        (SELECT max((part->>'last')::date)
         FROM model_trainings training, jsonb_array_elements(training.card->'parts') part
         WHERE training.version_id = model_versions.id AND part->>'name' IN ('learnt from', 'calibrated on')),
        data_to)
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("model_versions", sa.Column("learnt_until", sa.Date(), nullable=True))
    op.execute(KNOWN)
    op.alter_column("model_versions", "learnt_until", nullable=False)
    order = "learnt_until BETWEEN data_from AND data_to"
    op.create_check_constraint(op.f("ck_model_versions_learnt_in_order"), "model_versions", order)


def downgrade() -> None:
    op.drop_constraint(op.f("ck_model_versions_learnt_in_order"), "model_versions", type_="check")
    op.drop_column("model_versions", "learnt_until")
