"""why a figure is not measurable

Revision: effec7000001, after be4a0000000d
"""

import sqlalchemy as sa
from alembic import op

revision = "effec7000001"
down_revision = "be4a0000000d"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("effect_figures", sa.Column("reason", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("effect_figures", "reason")
