"""rulebook versions

Revision: 5be00000009a, after 5ad0de00000c
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "5be00000009a"
down_revision = "5ad0de00000c"

APPEND_ONLY = ("rulebook_publications", "rulebook_approvals")
KEPT = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'mainstay_app') THEN
    REVOKE UPDATE, DELETE ON {table} FROM mainstay_app;
  END IF;
END $$;
"""
# What was judged by before this migration came from rule files, one after the other.
TAKEN_OVER = """
INSERT INTO rulebook_publications (act, actor, reason, at, from_version, to_version)
SELECT CASE WHEN before IS NULL THEN 'seed' ELSE 'publish' END, author, 'The rule files had changed.',
    created_at, before, version
FROM (SELECT *, lag(version) OVER (ORDER BY version) AS before FROM rulebook_versions) told ORDER BY version
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _versions()
    _publications()
    for table in APPEND_ONLY:
        op.execute(KEPT.format(table=table))
    op.execute(TAKEN_OVER)


def _versions() -> None:
    op.alter_column("rulebook_versions", "published_at", new_column_name="created_at")
    op.add_column("rulebook_versions", sa.Column("note", sa.Text(), nullable=False, server_default=""))
    op.add_column("rulebook_versions", sa.Column("status", sa.Text(), nullable=False, server_default="retired"))
    op.add_column("rulebook_versions", sa.Column("parent", sa.BigInteger(), nullable=True))
    op.add_column("rulebook_versions", sa.Column("shadow_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("rulebook_versions", sa.Column("trial", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("rulebook_versions", sa.Column("fault", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE rulebook_versions SET status = 'published' WHERE active")
    for column in ("note", "status", "fault"):
        op.alter_column("rulebook_versions", column, server_default=None)
    op.drop_index("uq_rulebook_versions_active", table_name="rulebook_versions")
    op.drop_column("rulebook_versions", "active")
    known = "status IN ('draft', 'shadow', 'published', 'retired', 'discarded')"
    op.create_check_constraint(op.f("ck_rulebook_versions_status"), "rulebook_versions", known)
    begun = "(status = 'shadow') = (shadow_since IS NOT NULL)"
    op.create_check_constraint(op.f("ck_rulebook_versions_shadow_has_begun"), "rulebook_versions", begun)
    parent = op.f("fk_rulebook_versions_parent_rulebook_versions")
    op.create_foreign_key(parent, "rulebook_versions", "rulebook_versions", ["parent"], ["version"])
    for status in ("published", "shadow"):
        only = sa.text(f"status = '{status}'")
        index = f"uq_rulebook_versions_{status}"
        op.create_index(index, "rulebook_versions", ["status"], unique=True, postgresql_where=only)


def _publications() -> None:
    op.create_table(
        "rulebook_publications",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_version", sa.BigInteger(), nullable=True),
        sa.Column("to_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("act IN ('seed', 'publish', 'roll_back')", name=op.f("ck_rulebook_publications_act")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_rulebook_publications_reason")),
        sa.CheckConstraint(
            "(act = 'seed') = (from_version IS NULL)", name=op.f("ck_rulebook_publications_comes_from_somewhere")
        ),
        sa.ForeignKeyConstraint(
            ["from_version"], ["rulebook_versions.version"],
            name=op.f("fk_rulebook_publications_from_version_rulebook_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["to_version"], ["rulebook_versions.version"],
            name=op.f("fk_rulebook_publications_to_version_rulebook_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulebook_publications")),
    )  # fmt: skip
    op.create_index("ix_rulebook_publications_to", "rulebook_publications", ["to_version", "id"])
    op.create_table(
        "rulebook_approvals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"], ["rulebook_versions.version"],
            name=op.f("fk_rulebook_approvals_version_rulebook_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulebook_approvals")),
    )  # fmt: skip
    op.create_index("uq_rulebook_approvals_actor", "rulebook_approvals", ["version", "actor"], unique=True)


def downgrade() -> None:
    for table in APPEND_ONLY:
        op.drop_table(table)
    op.add_column("rulebook_versions", sa.Column("active", sa.Boolean(), nullable=False, server_default="false"))
    op.execute("UPDATE rulebook_versions SET active = true WHERE status = 'published'")
    op.alter_column("rulebook_versions", "active", server_default=None)
    for name in ("uq_rulebook_versions_published", "uq_rulebook_versions_shadow"):
        op.drop_index(name, table_name="rulebook_versions")
    for column in ("note", "status", "parent", "shadow_since", "trial", "fault"):
        op.drop_column("rulebook_versions", column)
    op.alter_column("rulebook_versions", "created_at", new_column_name="published_at")
    index = "uq_rulebook_versions_active"
    op.create_index(index, "rulebook_versions", ["active"], unique=True, postgresql_where=sa.text("active"))
