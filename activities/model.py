"""`python -m activities.model`: scoring, in a process of its own, since models are large and hungry."""

from activities.churn import score
from activities.first_sessions import foretell_first_sessions
from activities.model_training import fit_challenger, settle_training
from activities.serving import serve_activities
from activities.shadowing import shadow_day
from activities.watching import watch_champion
from retention.temporal.queues import MODEL

ACTIVITIES = (
    score,
    fit_challenger,
    shadow_day,
    settle_training,
    watch_champion,
    foretell_first_sessions,
)
SLOTS = 2  # one model may be learnt while tutors are scored

if __name__ == "__main__":
    serve_activities(MODEL, ACTIVITIES, slots=SLOTS)
