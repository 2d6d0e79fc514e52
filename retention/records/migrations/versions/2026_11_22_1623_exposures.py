"""exposures

Revision: e0905e000004, after a5be50000003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = 'e0905e000004'
down_revision = 'a5be50000003'


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
