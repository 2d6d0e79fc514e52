"""behaviour events by when they became known: whether the platform is silent

Revision: be4a0000000d, after 7ea15000008c
"""

from alembic import op

revision = "be4a0000000d"
down_revision = "7ea15000008c"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index("ix_behaviour_events_known", "behaviour_events", ["known_at"], postgresql_using="brin")


def downgrade() -> None:
    op.drop_index("ix_behaviour_events_known", table_name="behaviour_events")
