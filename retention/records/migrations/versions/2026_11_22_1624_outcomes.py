"""outcomes

Revision: 0c70ee000005, after e0905e000004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '0c70ee000005'
down_revision = 'e0905e000004'


def upgrade() -> None:
    op.create_table('case_outcomes',
    sa.Column('case_id', sa.Text(), nullable=False),
    sa.Column('programme', sa.Text(), nullable=False),
    sa.Column('tutor_number', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('accepted', sa.Boolean(), nullable=True),
    sa.Column('completed', sa.Boolean(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('first_action_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('office_time_to_action', sa.Interval(), nullable=True),
    sa.Column('acted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(first_action_at IS NULL) = (office_time_to_action IS NULL)', name=op.f('ck_case_outcomes_time_to_action')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.case_id'], name=op.f('fk_case_outcomes_case_id_cases')),
    sa.ForeignKeyConstraint(['tutor_number'], ['tutors.number'], name=op.f('fk_case_outcomes_tutor_number_tutors')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_case_outcomes'))
    )
    op.create_index('ix_case_outcomes_programme', 'case_outcomes', ['programme', 'closed_at'])
    op.create_index('ix_case_outcomes_tutor', 'case_outcomes', ['tutor_number', 'closed_at'])
    op.create_table('effect_figures',
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('programme', sa.Text(), nullable=False),
    sa.Column('tutor_number', sa.Integer(), nullable=False),
    sa.Column('metric', sa.Text(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('measured_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('before', sa.Float(), nullable=True),
    sa.Column('after', sa.Float(), nullable=True),
    sa.Column('cases', sa.Integer(), nullable=True),
    sa.Column('verdict', sa.Text(), nullable=False),
    sa.Column('beside', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.CheckConstraint("verdict IN ('improved', 'no_change', 'worsened', 'churned', 'not_measurable')", name=op.f('ck_effect_figures_verdict')),
    sa.CheckConstraint('day > 0', name=op.f('ck_effect_figures_day')),
    sa.ForeignKeyConstraint(['tutor_number'], ['tutors.number'], name=op.f('fk_effect_figures_tutor_number_tutors')),
    sa.PrimaryKeyConstraint('subject', 'day', name=op.f('pk_effect_figures'))
    )
    op.create_index('ix_effect_figures_programme', 'effect_figures', ['programme', 'day', 'due_at'])
    op.create_table('portal_notes',
    sa.Column('case_id', sa.Text(), nullable=False),
    sa.Column('number', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('tutor_number', sa.Integer(), nullable=False),
    sa.Column('tip', sa.Text(), nullable=False),
    sa.Column('letter_key', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.case_id'], name=op.f('fk_portal_notes_case_id_cases')),
    sa.ForeignKeyConstraint(['tutor_number'], ['tutors.number'], name=op.f('fk_portal_notes_tutor_number_tutors')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_portal_notes')),
    sa.UniqueConstraint('number', name=op.f('uq_portal_notes_number'))
    )


def downgrade() -> None:
    op.drop_table('portal_notes')
    op.drop_table('effect_figures')
    op.drop_table('case_outcomes')
