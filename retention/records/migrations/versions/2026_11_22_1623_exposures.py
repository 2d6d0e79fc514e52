"""exposures

Revision: e0905e000004, after a5be50000003
"""

import sqlalchemy as sa
from alembic import op
revision = 'e0905e000004'
down_revision = 'a5be50000003'


def upgrade() -> None:
    op.create_table('exposures',
    sa.Column('decision_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('programme', sa.Text(), nullable=False),
    sa.Column('rule_id', sa.Text(), nullable=False),
    sa.Column('tutor_number', sa.Integer(), nullable=False),
    sa.Column('arm', sa.Text(), nullable=False),
    sa.Column('share', sa.Float(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('case_id', sa.Text(), nullable=True),
    sa.CheckConstraint("(arm = 'treated') = (case_id IS NOT NULL)", name=op.f('ck_exposures_treated_has_case')),
    sa.CheckConstraint("arm IN ('treated', 'holdout')", name=op.f('ck_exposures_arm')),
    sa.CheckConstraint('share > 0 AND share < 1', name=op.f('ck_exposures_share')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.case_id'], name=op.f('fk_exposures_case_id_cases')),
    sa.ForeignKeyConstraint(['decision_id'], ['decisions.id'], name=op.f('fk_exposures_decision_id_decisions')),
    sa.ForeignKeyConstraint(['tutor_number'], ['tutors.number'], name=op.f('fk_exposures_tutor_number_tutors')),
    sa.PrimaryKeyConstraint('decision_id', name=op.f('pk_exposures'))
    )
    op.create_index('ix_exposures_programme', 'exposures', ['programme', 'at'])
    op.create_index('ix_exposures_tutor', 'exposures', ['tutor_number', 'at'])
    op.create_table('vetoes',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('tutor_number', sa.Integer(), nullable=False),
    sa.Column('programme', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('put_by', sa.BigInteger(), nullable=False),
    sa.Column('put_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lifted_by', sa.BigInteger(), nullable=True),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(lifted_at IS NULL) = (lifted_by IS NULL)', name=op.f('ck_vetoes_lifted_by_somebody')),
    sa.CheckConstraint('until > put_at', name=op.f('ck_vetoes_until_after_put')),
    sa.ForeignKeyConstraint(['lifted_by'], ['accounts.id'], name=op.f('fk_vetoes_lifted_by_accounts')),
    sa.ForeignKeyConstraint(['put_by'], ['accounts.id'], name=op.f('fk_vetoes_put_by_accounts')),
    sa.ForeignKeyConstraint(['tutor_number'], ['tutors.number'], name=op.f('fk_vetoes_tutor_number_tutors')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vetoes'))
    )
    op.create_index('ix_vetoes_tutor', 'vetoes', ['tutor_number', 'until'])


def downgrade() -> None:
    op.drop_table('vetoes')
    op.drop_table('exposures')
