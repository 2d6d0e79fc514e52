"""coaching

Revision: c0ac40000006, after 0c70ee000005
"""

import sqlalchemy as sa
from alembic import op

revision = 'c0ac40000006'
down_revision = '0c70ee000005'


def upgrade() -> None:
    op.create_table(
        'action_items',
        sa.Column('case_id', sa.Text(), nullable=False),
        sa.Column('number', sa.SmallInteger(), nullable=False),
        sa.Column('tutor_number', sa.Integer(), nullable=False),
        sa.Column('words', sa.Text(), nullable=False),
        sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('number > 0', name=op.f('ck_action_items_number')),
        sa.CheckConstraint("words <> ''", name=op.f('ck_action_items_words')),
        sa.ForeignKeyConstraint(['case_id'], ['cases.case_id'], name=op.f('fk_action_items_case_id_cases')),
        sa.ForeignKeyConstraint(['tutor_number'], ['tutors.number'], name=op.f('fk_action_items_tutor_number_tutors')),
        sa.PrimaryKeyConstraint('case_id', 'number', name=op.f('pk_action_items')),
    )
    op.create_index(
        'ix_action_items_open', 'action_items', ['tutor_number', 'agreed_at'], unique=False,
        postgresql_where=sa.text('done_at IS NULL'),
    )


def downgrade() -> None:
    op.drop_index('ix_action_items_open', table_name='action_items', postgresql_where=sa.text('done_at IS NULL'))
    op.drop_table('action_items')
