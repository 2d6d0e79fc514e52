"""trainings

Revision: 7ea15000008a, after 30de15000007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '7ea15000008a'
down_revision = '30de15000007'


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('model_trainings',
    sa.Column('training_id', sa.Text(), nullable=False),
    sa.Column('version_id', sa.BigInteger(), nullable=True),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('card', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('conditions', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('shadow', 'waiting', 'promoted', 'rejected', 'expired', 'nothing_learnt', 'not_applied')", name=op.f('ck_model_trainings_state')),
    sa.CheckConstraint('(version_id IS NULL) = (card IS NULL)', name=op.f('ck_model_trainings_a_version_has_a_card')),
    sa.ForeignKeyConstraint(['version_id'], ['model_versions.id'], name=op.f('fk_model_trainings_version_id_model_versions')),
    sa.PrimaryKeyConstraint('training_id', name=op.f('pk_model_trainings')),
    sa.UniqueConstraint('version_id', name=op.f('uq_model_trainings_version_id'))
    )
    op.create_index('ix_model_trainings_begun', 'model_trainings', ['begun_at'])
    op.create_table('model_shadow_days',
    sa.Column('version_id', sa.BigInteger(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('beside', sa.BigInteger(), nullable=True),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tutors', sa.Integer(), nullable=False),
    sa.Column('score_change', sa.Float(), nullable=False),
    sa.Column('band_changes', sa.Float(), nullable=False),
    sa.CheckConstraint('tutors >= 0', name=op.f('ck_model_shadow_days_tutors')),
    sa.CheckConstraint('band_changes BETWEEN 0 AND 1', name=op.f('ck_model_shadow_days_band_changes')),
    sa.ForeignKeyConstraint(['version_id'], ['model_versions.id'], name=op.f('fk_model_shadow_days_version_id_model_versions')),
    sa.ForeignKeyConstraint(['beside'], ['model_versions.id'], name=op.f('fk_model_shadow_days_beside_model_versions')),
    sa.PrimaryKeyConstraint('version_id', 'day', name=op.f('pk_model_shadow_days'))
    )
    op.create_table('model_alarms',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('version_id', sa.BigInteger(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('says', sa.Text(), nullable=False),
    sa.Column('details', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('features', 'scores', 'calibration')", name=op.f('ck_model_alarms_kind')),
    sa.ForeignKeyConstraint(['version_id'], ['model_versions.id'], name=op.f('fk_model_alarms_version_id_model_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_model_alarms'))
    )
    op.create_index('uq_model_alarms_day', 'model_alarms', ['version_id', 'day', 'kind'], unique=True)


def downgrade() -> None:
    for name in ('model_alarms', 'model_shadow_days', 'model_trainings'):
        op.drop_table(name)
