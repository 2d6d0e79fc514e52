"""letters

Revision: 1e77e5000002, after c1a5e5000001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '1e77e5000002'
down_revision = 'c1a5e5000001'


def upgrade() -> None:
    op.create_table('letters',
    sa.Column('message_key', sa.Text(), nullable=False),
    sa.Column('letter', sa.Text(), nullable=False),
    sa.Column('mail_class', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('case_id', sa.Text(), nullable=False),
    sa.Column('programme', sa.Text(), nullable=False),
    sa.Column('tutor_number', sa.Integer(), nullable=True),
    sa.Column('account', sa.Text(), nullable=True),
    sa.Column('owner_group', sa.Text(), nullable=True),
    sa.Column('question', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('calendar', sa.Text(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('provider_id', sa.Text(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f('ck_letters_sent_has_time')),
    sa.CheckConstraint("mail_class IN ('optional', 'notice')", name=op.f('ck_letters_mail_class')),
    sa.CheckConstraint("state IN ('new', 'sending', 'sent', 'ambiguous', 'suppressed', 'failed')", name=op.f('ck_letters_state')),
    sa.CheckConstraint('num_nonnulls(tutor_number, account, owner_group) = 1', name=op.f('ck_letters_one_reader')),
    sa.ForeignKeyConstraint(['tutor_number'], ['tutors.number'], name=op.f('fk_letters_tutor_number_tutors')),
    sa.PrimaryKeyConstraint('message_key', name=op.f('pk_letters'))
    )
    op.create_index('ix_letters_case', 'letters', ['case_id'])
    op.create_index('ix_letters_newest', 'letters', ['at', 'message_key'])
    op.create_index('ix_letters_optional', 'letters', ['tutor_number', 'at'], postgresql_where="mail_class = 'optional'")
    op.create_table('mail_events',
    sa.Column('sg_event_id', sa.Text(), nullable=False),
    sa.Column('message_key', sa.Text(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('document', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('sg_event_id', name=op.f('pk_mail_events'))
    )
    op.create_index('ix_mail_events_letter', 'mail_events', ['message_key'])
    op.create_table('suppressions',
    sa.Column('address_hmac', sa.LargeBinary(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("scope IN ('everything', 'optional')", name=op.f('ck_suppressions_scope')),
    sa.PrimaryKeyConstraint('address_hmac', 'scope', name=op.f('pk_suppressions'))
    )


def downgrade() -> None:
    op.drop_table('suppressions')
    op.drop_table('mail_events')
    op.drop_table('letters')
