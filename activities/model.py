"""`python -m activities.model`: scoring, in a process of its own, since models are large and hungry."""

from activities.churn import score
from activities.serving import serve_activities
from retention.temporal.queues import MODEL

ACTIVITIES = (score,)
SLOTS = 1

if __name__ == "__main__":
    serve_activities(MODEL, ACTIVITIES, slots=SLOTS)
