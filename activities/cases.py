"""What a case has done for it: its progress written down, and its tutor's next first session found."""

from temporalio import activity

from retention.messages.cases import CaseProgress, FollowUpFinding, NextFirstSession
from retention.records import case_progress, first_sessions
from retention.records.database import transaction


@activity.defn
def record_case(progress: CaseProgress) -> None:
    """Write down where a case stands. Repeatable: an older version changes nothing."""
    with transaction() as session:
        case_progress.follow(session, progress)


@activity.defn
def next_first_session(request: NextFirstSession) -> FollowUpFinding:
    """How the tutor's next first session went, if there was one."""
    with transaction() as session:
        return first_sessions.next_after(session, request)
