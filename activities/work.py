"""`python -m activities.work`: the activities that read and write records."""

from activities.alert_mail import address_alerts
from activities.cases import next_first_session, record_case
from activities.coaching import declines_in_a_row, record_actions
from activities.effects import measure_effect
from activities.evaluation import claim, mark_periods
from activities.mail_hours import letter_window
from activities.measurement import measure
from activities.serving import serve_activities
from activities.sla import read_sla
from activities.tasks import plan_task, project_task
from activities.tips import show_in_portal, tip_standing
from activities.tryouts import backtest_version, check_version, dry_run_version, fail_tryout
from retention.temporal.queues import WORK

ACTIVITIES = (
    plan_task,
    project_task,
    read_sla,
    letter_window,
    record_case,
    next_first_session,
    measure_effect,
    declines_in_a_row,
    record_actions,
    tip_standing,
    show_in_portal,
    mark_periods,
    address_alerts,
    claim,
    measure,
    check_version,
    dry_run_version,
    backtest_version,
    fail_tryout,
)
SLOTS = 4  # at a time in each namespace; the connection pool has ten

if __name__ == "__main__":
    serve_activities(WORK, ACTIVITIES, slots=SLOTS)
