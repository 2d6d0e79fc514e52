"""looks may name drift: a model that is silent because it has drifted is a reason of theirs too

Revision: 7ea15000012a, after 1005500000a1
"""

from alembic import op

revision = "7ea15000012a"
down_revision = "1005500000a1"
BEFORE = (
    "'no_champion', 'champion_old', 'model_broken', 'facts_stale', 'facts_unknown', 'short_history'"
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _check(f"reason IN ({BEFORE}, 'model_drifted')")


def downgrade() -> None:
    op.execute("UPDATE first_session_looks SET reason = 'model_broken' WHERE reason = 'model_drifted'")
    _check(f"reason IN ({BEFORE})")


def _check(condition: str) -> None:
    name = op.f("ck_first_session_looks_reason")
    op.drop_constraint(name, "first_session_looks", type_="check")
    op.create_check_constraint(name, "first_session_looks", condition)
