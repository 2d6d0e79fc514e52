"""The posted bodies as the OpenAPI description shows them: their schemas, and an example of each kind."""

from typing import Any

from api.bodies import LINES, ONE_RECORD
from retention.messages.reading import READERS
from retention.vocabulary import Stream

REFERENCE = "#/components/schemas/{model}"
_TUTOR = {"tutor_id": "tutor-4711", "event_time": "2026-03-02T10:05:00+00:00"}
_SESSION = {
    "session_id": "session-9001",
    "student_ids": ["student-77"],
    "session_number": 1,
    "subject": "Mathematics",
    "scheduled_start": "2026-03-02T09:00:00+00:00",
    "scheduled_minutes": 60,
}

EXAMPLES: dict[Stream, dict[str, dict[str, Any]]] = {
    Stream.SESSIONS: {
        "completed": _TUTOR
        | _SESSION
        | {
            "event_id": "session-9001-completed",
            "transition": "completed",
            "actual_start": "2026-03-02T09:12:00+00:00",
            "duration_minutes": 48,
            "engagement_score": 0.42,
            "learning_objectives_met": False,
        },
        "moved": _TUTOR
        | _SESSION
        | {
            "event_id": "session-9001-moved-1",
            "transition": "moved",
            "previous_start": "2026-03-01T09:00:00+00:00",
            "initiated_by": "tutor",
            "event_time": "2026-02-28T18:00:00+00:00",
        },
    },
    Stream.EVENTS: {
        "onboarded": _TUTOR
        | {
            "event_id": "tutor-4711-onboarded",
            "kind": "onboarded",
            "details": {
                "name": "Amara Osei",
                "email": "amara@tutors.example",
                "subjects": ["Mathematics", "Physics"],
                "time_zone": "Europe/London",
                "baseline_sessions_per_week": 15,
            },
        },
        "login": _TUTOR | {"event_id": "login-31", "kind": "login", "details": {"preparation_minutes": 20}},
        "leave_started": _TUTOR
        | {
            "event_id": "leave-8",
            "kind": "leave_started",
            "details": {"until": "2026-03-16T00:00:00+00:00"},
        },
    },
    Stream.FEEDBACK: {
        "poor": _TUTOR
        | {
            "event_id": "feedback-512",
            "session_id": "session-9001",
            "student_id": "student-77",
            "overall_rating": 2,
            "ratings": {"patience": 2, "communication": 3},
            "first_experience": "poor",
            "would_work_again": "probably_not",
            "improvement_areas": ["punctuality"],
            "free_text": "We started late and did not finish.",
        },
    },
}


def body_of(stream: Stream) -> dict[str, Any]:
    """The request body of a stream's route."""
    examples = {name: {"value": value} for name, value in EXAMPLES[stream].items()}
    lines = {"type": "string", "description": "One record a line, at most 10,000 lines."}
    content = {ONE_RECORD: {"schema": schema_of(stream), "examples": examples}, LINES: {"schema": lines}}
    return {"requestBody": {"required": True, "content": content}}


def schema_of(stream: Stream) -> dict[str, Any]:
    """The schema of one record, naming the shared parts that `parts` holds."""
    schema = READERS[stream].json_schema(ref_template=REFERENCE)
    schema.pop("$defs", None)
    return schema


def parts() -> dict[str, Any]:
    """The shared parts of all records' schemas, by name."""
    found: dict[str, Any] = {}
    for reader in READERS.values():
        found |= reader.json_schema(ref_template=REFERENCE).get("$defs", {})
    return found
