"""How first sessions of a tutor went: asked after a review has closed."""

from sqlalchemy import text

from retention.messages.cases import FollowUpFinding, NextFirstSession
from retention.policy import FIRST_FAILURE_RATING, FIRST_SUCCESS_RATING, LATE_START_MINUTES
from retention.records.database import Session
from retention.vocabulary import FollowUp

# The earliest first session after the review that can be judged: by its students' words (the least
# content of a group counts), or because it began late. The same failures as rule R1 (design 3).
_NEXT = """
SELECT s.session_id, min(f.overall_rating) AS rating,
       coalesce(s.late_start_minutes > :late, false)
         OR coalesce(bool_or(f.first_experience = 'poor'
           OR f.would_work_again IN ('probably_not', 'no')), false) AS failed
FROM sessions AS s
LEFT JOIN feedback AS f ON f.session_id = s.session_id AND f.known_at <= :as_of
WHERE s.tutor_number = :tutor AND s.session_number = 1 AND s.state = 'completed'
  AND s.scheduled_start > :after AND s.last_event_time <= :as_of
GROUP BY s.session_id
HAVING count(f.event_id) > 0 OR coalesce(s.late_start_minutes > :late, false)
ORDER BY s.scheduled_start LIMIT 1
"""


def next_after(session: Session, asked: NextFirstSession) -> FollowUpFinding:
    """The tutor's first judged first session after an instant, as known at another."""
    row = session.execute(
        text(_NEXT),
        {
            "late": LATE_START_MINUTES,
            "tutor": asked.tutor_number,
            "after": asked.after,
            "as_of": asked.as_of,
        },
    ).one_or_none()
    if row is None:
        return FollowUpFinding(follow_up=FollowUp.NONE_YET)
    return FollowUpFinding(follow_up=_verdict(row.rating, failed=row.failed), session_id=row.session_id)


def _verdict(rating: int | None, *, failed: bool) -> FollowUp:
    if failed or (rating is not None and rating < FIRST_FAILURE_RATING):
        return FollowUp.FAILED_AGAIN
    if rating is not None and rating >= FIRST_SUCCESS_RATING:
        return FollowUp.SUCCEEDED
    return FollowUp.NEUTRAL
