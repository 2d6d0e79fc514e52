"""models

Revision: 30de15000007, after c0ac40000006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '30de15000007'
down_revision = 'c0ac40000006'

KEPT = """
CREATE TRIGGER promotions_append_only BEFORE UPDATE OR DELETE ON promotions
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER promotions_no_truncate BEFORE TRUNCATE ON promotions
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'mainstay_app') THEN
    REVOKE UPDATE, DELETE ON promotions FROM mainstay_app;
  END IF;
END $$;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _registry()
    _predictions()
    _set_asides()
    op.add_column('churn_scores', sa.Column('model_version', sa.BigInteger(), nullable=True))
    op.add_column('churn_scores', sa.Column('smoothed_p30', sa.Float(), nullable=True))
    op.add_column('churn_scores', sa.Column('relative', postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column('churn_scores', sa.Column('window_days', sa.Integer(), nullable=True))
    op.add_column('churn_scores', sa.Column('fallback', sa.Text(), nullable=True))
    op.add_column('churn_scores', sa.Column('component_score', sa.SmallInteger(), nullable=True))
    op.create_foreign_key(op.f('fk_churn_scores_model_version_model_versions'), 'churn_scores', 'model_versions', ['model_version'], ['id'])


def _registry() -> None:
    op.create_table('model_versions',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('algorithm', sa.Text(), nullable=False),
    sa.Column('feature_schema', sa.Text(), nullable=False),
    sa.Column('data_from', sa.Date(), nullable=False),
    sa.Column('data_to', sa.Date(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('tutors', sa.Integer(), nullable=False),
    sa.Column('events', sa.Integer(), nullable=False),
    sa.Column('params', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('seed', sa.Integer(), nullable=False),
    sa.Column('metrics', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('calibration', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('anchors_version', sa.Text(), nullable=False),
    sa.Column('artefact', sa.LargeBinary(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('card', sa.Text(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('churn', 'first_session')", name=op.f('ck_model_versions_kind')),
    sa.CheckConstraint("stage IN ('challenger', 'champion', 'retired', 'rejected')", name=op.f('ck_model_versions_stage')),
    sa.CheckConstraint('data_to >= data_from', name=op.f('ck_model_versions_data_in_order')),
    sa.CheckConstraint('length(sha256) = 64', name=op.f('ck_model_versions_sha256')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_model_versions'))
    )
    op.create_index('ix_model_versions_kind', 'model_versions', ['kind', 'created_at'])
    op.create_index('uq_model_versions_champion', 'model_versions', ['kind'], unique=True, postgresql_where=sa.text("stage = 'champion'"))
    op.create_table('promotions',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('from_version', sa.BigInteger(), nullable=True),
    sa.Column('to_version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("decision IN ('promote', 'reject', 'roll_back')", name=op.f('ck_promotions_decision')),
    sa.CheckConstraint("kind IN ('churn', 'first_session')", name=op.f('ck_promotions_kind')),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_promotions_reason')),
    sa.ForeignKeyConstraint(['from_version'], ['model_versions.id'], name=op.f('fk_promotions_from_version_model_versions')),
    sa.ForeignKeyConstraint(['to_version'], ['model_versions.id'], name=op.f('fk_promotions_to_version_model_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promotions'))
    )
    op.create_index('ix_promotions_kind', 'promotions', ['kind', 'id'])
    op.execute(KEPT)


def _predictions() -> None:
    op.create_table('predictions',
    sa.Column('tutor_number', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('version_id', sa.BigInteger(), nullable=False),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_until', sa.Date(), nullable=False),
    sa.Column('p1', sa.Float(), nullable=False),
    sa.Column('p7', sa.Float(), nullable=False),
    sa.Column('p30', sa.Float(), nullable=False),
    sa.Column('p90', sa.Float(), nullable=False),
    sa.Column('values', postgresql.ARRAY(sa.REAL()), nullable=False),
    sa.Column('contributions', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('window_days', sa.Integer(), nullable=False),
    sa.CheckConstraint('p1 <= p7 AND p7 <= p30 AND p30 <= p90', name=op.f('ck_predictions_horizons_in_order')),
    sa.CheckConstraint('p1 >= 0 AND p90 <= 1', name=op.f('ck_predictions_probabilities')),
    sa.ForeignKeyConstraint(['version_id'], ['model_versions.id'], name=op.f('fk_predictions_version_id_model_versions')),
    sa.PrimaryKeyConstraint('tutor_number', 'day', 'version_id', name=op.f('pk_predictions'))
    )
    op.create_index('ix_predictions_version_day', 'predictions', ['version_id', 'day'])


def _set_asides() -> None:
    op.create_table('set_asides',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('tutor_number', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('put_by', sa.BigInteger(), nullable=False),
    sa.Column('put_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lifted_by', sa.BigInteger(), nullable=True),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('until > put_at', name=op.f('ck_set_asides_until_after_put')),
    sa.CheckConstraint('(lifted_at IS NULL) = (lifted_by IS NULL)', name=op.f('ck_set_asides_lifted_by_somebody')),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_set_asides_reason')),
    sa.ForeignKeyConstraint(['tutor_number'], ['tutors.number'], name=op.f('fk_set_asides_tutor_number_tutors')),
    sa.ForeignKeyConstraint(['put_by'], ['accounts.id'], name=op.f('fk_set_asides_put_by_accounts')),
    sa.ForeignKeyConstraint(['lifted_by'], ['accounts.id'], name=op.f('fk_set_asides_lifted_by_accounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_set_asides'))
    )
    op.create_index('ix_set_asides_tutor', 'set_asides', ['tutor_number', 'until'])


def downgrade() -> None:
    op.drop_constraint(op.f('fk_churn_scores_model_version_model_versions'), 'churn_scores', type_='foreignkey')
    for name in ('component_score', 'fallback', 'window_days', 'relative', 'smoothed_p30', 'model_version'):
        op.drop_column('churn_scores', name)
    for name in ('set_asides', 'predictions', 'promotions', 'model_versions'):
        op.drop_table(name)
