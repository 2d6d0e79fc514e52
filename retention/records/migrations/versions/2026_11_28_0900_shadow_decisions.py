"""decisions of rules on trial are marked as such

Revision: 5ad0de00000c, after 7ea15000008b
"""

import sqlalchemy as sa
from alembic import op

revision = "5ad0de00000c"
down_revision = "7ea15000008b"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("decisions", sa.Column("shadow", sa.Boolean(), server_default="false", nullable=False))
    op.alter_column("decisions", "shadow", server_default=None)


def downgrade() -> None:
    op.drop_column("decisions", "shadow")
