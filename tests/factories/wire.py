"""What the platform posts: JSON-ready records, complete and harmless unless told otherwise."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

Json = dict[str, Any]
AN_HOUR = timedelta(hours=1)


def new_id(kind: str) -> str:
    """An id that no other test uses, e.g. `tutor-4f0c…`."""
    return f"{kind}-{uuid4().hex[:12]}"


def an_onboarding(tutor_id: str, *, at: datetime, **details: Any) -> Json:
    """A tutor begins with us."""
    profile = {
        "name": "Grace Hopper",
        "email": f"{tutor_id}@tutors.example",
        "subjects": ["Mathematics"],
        "time_zone": "Europe/London",
        "baseline_sessions_per_week": 12,
    }
    return {
        "event_id": new_id("event"),
        "tutor_id": tutor_id,
        "kind": "onboarded",
        "event_time": at.isoformat(),
        "details": profile | details,
    }


def a_session(tutor_id: str, *, start: datetime, transition: str = "completed", **changes: Any) -> Json:
    """One transition of a session of an hour; completed ones began on time and lasted the hour."""
    record = {
        "event_id": new_id("event"),
        "session_id": new_id("session"),
        "tutor_id": tutor_id,
        "student_ids": [new_id("student")],
        "transition": transition,
        "event_time": (start + AN_HOUR).isoformat(),
        "session_number": 4,
        "subject": "Mathematics",
        "scheduled_start": start.isoformat(),
        "scheduled_minutes": 60,
    }
    if transition == "completed":
        record |= {
            "actual_start": start.isoformat(),
            "duration_minutes": 60,
            "engagement_score": 0.8,
            "learning_objectives_met": True,
        }
    if transition in {"moved", "cancelled", "no_show"}:
        record["initiated_by"] = "tutor"
    if transition == "moved":
        record["previous_start"] = (start - timedelta(days=1)).isoformat()
    return record | changes


def feedback_on(session: Json, *, at: datetime, rating: int = 5, **changes: Any) -> Json:
    """What the session's first student says about it."""
    return {
        "event_id": new_id("event"),
        "session_id": session["session_id"],
        "tutor_id": session["tutor_id"],
        "student_id": session["student_ids"][0],
        "event_time": at.isoformat(),
        "overall_rating": rating,
    } | changes


def a_poor_first_session(tutor_id: str, *, start: datetime) -> tuple[Json, Json]:
    """A first session and the feedback that calls it poor (rule R1)."""
    session = a_session(tutor_id, start=start, session_number=1)
    said = feedback_on(
        session,
        at=start + AN_HOUR,
        rating=2,
        first_experience="poor",
        would_work_again="no",
    )
    return session, said
