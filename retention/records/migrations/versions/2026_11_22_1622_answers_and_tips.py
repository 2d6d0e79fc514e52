"""answers and tips

Revision: a5be50000003, after 1e77e5000002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = 'a5be50000003'
down_revision = '1e77e5000002'


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
