"""letters

Revision: 1e77e5000002, after c1a5e5000001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '1e77e5000002'
down_revision = 'c1a5e5000001'


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
