"""case steps: where a programme's own machine stands, and when it acted

Revision: c1a5e5000001, after 7e8e165d5c47
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = 'c1a5e5000001'
down_revision = '7e8e165d5c47'


def upgrade() -> None:
    op.add_column('cases', sa.Column('step', sa.Text(), server_default='', nullable=False))
    op.add_column('cases', sa.Column('acted_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('case_events', sa.Column('step', sa.Text(), server_default='', nullable=False))


def downgrade() -> None:
    op.drop_column('case_events', 'step')
    op.drop_column('cases', 'acted_at')
    op.drop_column('cases', 'step')
