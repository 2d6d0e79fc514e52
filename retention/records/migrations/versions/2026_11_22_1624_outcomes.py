"""outcomes

Revision: 0c70ee000005, after e0905e000004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '0c70ee000005'
down_revision = 'e0905e000004'


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
