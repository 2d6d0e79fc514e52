"""a second person agrees to a roll-back

Revision: a64eed000001, after c4a9e500c001
"""

import sqlalchemy as sa
from alembic import op

revision = "a64eed000001"
down_revision = "c4a9e500c001"
TABLE, INDEX = "rulebook_approvals", "uq_rulebook_approvals_actor"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(TABLE, sa.Column("takes_back", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        "fk_rulebook_approvals_takes_back_rulebook_publications", TABLE, "rulebook_publications", ["takes_back"], ["id"]
    )
    op.drop_index(INDEX, table_name=TABLE)
    columns = ["version", "actor", "takes_back"]
    op.create_index(INDEX, TABLE, columns, unique=True, postgresql_nulls_not_distinct=True)


def downgrade() -> None:
    op.drop_index(INDEX, table_name=TABLE)
    op.execute("ALTER TABLE rulebook_approvals DISABLE TRIGGER USER")
    op.execute("DELETE FROM rulebook_approvals WHERE takes_back IS NOT NULL")
    op.execute("ALTER TABLE rulebook_approvals ENABLE TRIGGER USER")
    op.create_index(INDEX, TABLE, ["version", "actor"], unique=True)
    op.drop_column(TABLE, "takes_back")
