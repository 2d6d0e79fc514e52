"""appointments of cases

Revision: effec7000002, after 7ea15000012a
"""

import sqlalchemy as sa
from alembic import op

revision = "effec7000002"
down_revision = "7ea15000012a"

# What cases under way have agreed: chosen by letter, or on the telephone. From now on they tell it themselves.
AGREED = """
WITH agreed AS (
    SELECT DISTINCT ON (said.case_id) said.case_id, said.at FROM (
        SELECT answer.case_id, answer.at AS said_at, CAST(offered.one ->> 'at' AS timestamptz) AS at
        FROM letter_answers AS answer
        JOIN commands AS command ON command.id = answer.command_id
        JOIN letters AS letter ON letter.message_key = answer.letter_key
        JOIN LATERAL jsonb_array_elements(letter.question -> 'choices') AS offered (one)
            ON offered.one ->> 'key' = answer.choice AND offered.one ->> 'at' IS NOT NULL
        WHERE command.state = 'applied' AND CAST(command.answer ->> 'taken' AS boolean)
        UNION ALL
        SELECT case_id, completed_at, CAST(form ->> 'agreed_at' AS timestamptz) FROM tasks
        WHERE outcome = 'time_agreed'
    ) AS said ORDER BY said.case_id, said.said_at DESC
)
UPDATE cases SET appointment_at = agreed.at FROM agreed
WHERE cases.case_id = agreed.case_id AND cases.state <> 'closed'
    AND cases.step NOT IN ('rescheduled', 'tutor_no_show', 'times_offered')
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("cases", sa.Column("appointment_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(AGREED)


def downgrade() -> None:
    op.drop_column("cases", "appointment_at")
