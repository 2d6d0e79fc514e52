"""publications say what they changed

Revision: c4a9e500c001, after 7e400000b001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c4a9e500c001"
down_revision = "7e400000b001"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    changes = sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="{}")
    op.add_column("rulebook_publications", changes)
    op.alter_column("rulebook_publications", "changes", server_default=None)
    op.create_index("ix_decisions_rule", "decisions", ["rule_id", "as_of"])


def downgrade() -> None:
    op.drop_index("ix_decisions_rule", table_name="decisions")
    op.drop_column("rulebook_publications", "changes")
