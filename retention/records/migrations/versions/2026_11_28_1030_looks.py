"""looks

Revision: 1005500000a1, after 7ea15000011a
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "1005500000a1"
down_revision = "7ea15000011a"

# Where the rules stood before looks were kept: a replay begins with these.
TAKEN_OVER = """
INSERT INTO looks (tutor_number, as_of, rulebook_version, moments, circumstances, states, standing, holds)
SELECT s.tutor_number, max(s.as_of), v.version, '[]', '{}', jsonb_object_agg(s.rule_id, s.state), '', '{}'
FROM rule_states s JOIN rulebook_versions v ON v.status = 'published'
GROUP BY s.tutor_number, v.version ORDER BY s.tutor_number
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "looks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("tutor_number", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rulebook_version", sa.BigInteger(), nullable=True),
        sa.Column("moments", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("fact_sheet_id", sa.BigInteger(), nullable=True),
        sa.Column("circumstances", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("states", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("holds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["tutor_number"], ["tutors.number"], name=op.f("fk_looks_tutor_number_tutors")),
        sa.ForeignKeyConstraint(
            ["rulebook_version"], ["rulebook_versions.version"],
            name=op.f("fk_looks_rulebook_version_rulebook_versions"),
        ),
        sa.ForeignKeyConstraint(["fact_sheet_id"], ["fact_sheets.id"], name=op.f("fk_looks_fact_sheet_id_fact_sheets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
    )  # fmt: skip
    op.create_index("ix_looks_tutor", "looks", ["tutor_number", "id"])
    op.create_index("ix_looks_as_of", "looks", ["as_of"])
    op.execute(TAKEN_OVER)


def downgrade() -> None:
    op.drop_table("looks")
