"""answers and tips

Revision: a5be50000003, after 1e77e5000002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = 'a5be50000003'
down_revision = '1e77e5000002'


def upgrade() -> None:
    op.create_table('letter_answers',
    sa.Column('letter_key', sa.Text(), nullable=False),
    sa.Column('case_id', sa.Text(), nullable=False),
    sa.Column('step', sa.Text(), nullable=False),
    sa.Column('choice', sa.Text(), nullable=False),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('command_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['letter_key'], ['letters.message_key'], name=op.f('fk_letter_answers_letter_key_letters')),
    sa.PrimaryKeyConstraint('letter_key', name=op.f('pk_letter_answers')),
    sa.UniqueConstraint('command_id', name=op.f('uq_letter_answers_command_id'))
    )
    op.create_index('ix_letter_answers_case', 'letter_answers', ['case_id'])
    op.create_table('guides',
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('helps', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.CheckConstraint('minutes BETWEEN 1 AND 30', name=op.f('ck_guides_minutes')),
    sa.PrimaryKeyConstraint('slug', 'version', name=op.f('pk_guides'))
    )
    op.create_index('uq_guides_active', 'guides', ['slug'], unique=True, postgresql_where='active')
    op.create_table('tip_acts',
    sa.Column('letter_key', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('command_id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("kind IN ('read', 'helpful', 'not_helpful')", name=op.f('ck_tip_acts_kind')),
    sa.ForeignKeyConstraint(['letter_key'], ['letters.message_key'], name=op.f('fk_tip_acts_letter_key_letters')),
    sa.PrimaryKeyConstraint('letter_key', 'kind', name=op.f('pk_tip_acts')),
    sa.UniqueConstraint('command_id', name=op.f('uq_tip_acts_command_id'))
    )
    op.create_index('ix_tip_acts_slug', 'tip_acts', ['slug'])
    op.create_index('uq_tip_acts_verdict', 'tip_acts', ['letter_key'], unique=True, postgresql_where="kind <> 'read'")


def downgrade() -> None:
    op.drop_table('tip_acts')
    op.drop_table('guides')
    op.drop_table('letter_answers')
