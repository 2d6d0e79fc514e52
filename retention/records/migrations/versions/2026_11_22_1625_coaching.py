"""coaching

Revision: c0ac40000006, after 0c70ee000005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = 'c0ac40000006'
down_revision = '0c70ee000005'


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
