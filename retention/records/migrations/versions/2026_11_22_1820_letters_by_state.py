"""letters by state

Revision: 7ea15000008b, after 7ea15000008a
"""

from alembic import op

revision = "7ea15000008b"
down_revision = "7ea15000008a"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index("ix_letters_state", "letters", ["state", "at", "message_key"])


def downgrade() -> None:
    op.drop_index("ix_letters_state", table_name="letters")
