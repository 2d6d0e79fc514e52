"""Every number that people-ops may argue about, once, with unit and source.

Rule thresholds live in the rulebook (`rules/book`), not here.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from retention.vocabulary import OwnerGroup, Programme, TaskKind

# Metrics (PRD 2.1). Percent are 0-100.
RATED_SESSIONS = 30  # ratings in the session rating average: "mean of last 30 sessions"
RATING_FLOOR = 3.5  # stars; below = underperforming
FIRST_SUCCESS_FLOOR = 70.0  # % of first sessions rated >= 4; below = flag
RESCHEDULE_CEILING = 15.0  # % of sessions in 30 days; above = high
NO_SHOW_CEILING = 5.0  # % of scheduled sessions in 30 days; above = concerning
ENGAGEMENT_FLOOR = 60.0  # %; below = disengaged
OBJECTIVES_FLOOR = 80.0  # %; below = needs improvement
FIRST_SUCCESS_RATING = 4  # stars; design 3, "success >= 4; 3 is neither"
FIRST_FAILURE_RATING = 3  # stars; below = failure
LATE_START_MINUTES = 10  # minutes; above = late (PRD 3.3 pattern 1)
SHORT_NOTICE = timedelta(hours=24)  # before the start; moved or cancelled later than that (PRD 3.3 pattern 2)
OWN_REASONS = (  # of the tutor's own, in what the platform writes as a move's reason (PRD 3.3 pattern 2)
    "personal|family|travel|conflict|clash|commitment"
)
AMBER_MARGIN = (
    0.1  # share of a threshold: this close to it is amber ("all metrics green", PRD C2 tiers); ours
)
FEW_DATA = 5  # a share over fewer cases than this is shown as "too few data" (web guide 2, contract 11)

# Engagement, 0-100 (PRD 2.1 and glossary: logins, preparation, response). Full and no marks are ours.
ENGAGEMENT_WEIGHTS = {
    "logins": 0.4,
    "preparation": 0.3,
    "answers": 0.3,
}  # an unknown part gives its weight up
ENGAGEMENT_LOGINS = 7.0  # logins a week for full marks: one a day
ENGAGEMENT_PREPARATION = 8.0  # minutes of preparation for each session taught, for full marks
ENGAGEMENT_ANSWERS = (30.0, 480.0)  # mean minutes to an answer: full marks up to, none from; by ratio between

# Tiers (PRD C2, made absolute by design 3): criteria on 30 days; the population shares are only shown.
TIER_EXEMPLARY_RATING = 4.6  # stars, with every core metric green
TIER_STRONG_RATING = 4.2  # stars; "above average, no red flags"
TIER_CRITICAL_RATING = 3.0  # stars; below = at risk
TIER_CRITICAL_NO_SHOWS = 15.0  # % of scheduled sessions; above = at risk: three times the ceiling
TIER_CRITICAL_REDS = 4  # of the six core metrics red = at risk
TIER_ATTENTION_REDS = 2  # red = needs attention
TIER_LOOK_BACK = 120  # days of the daily tier that are counted; a rule asks for at most so many (PRD 4.1: 60)

# Churn by the glossary (PRD appendix A; exact form: ML guide 2, Label).
INACTIVITY_DAYS = 15  # the 15th consecutive UTC day with no completed session
REDUCED_SHARE = 0.5  # of the baseline sessions per week
REDUCED_WEEKS = 3  # consecutive non-overlapping weeks
SILENT_AFTER = timedelta(hours=24)  # no session known of anybody for so long: absence proves nothing
SILENT_DAYS = 3  # without anybody's session may be holidays; a longer run is silence, and no absence (ours)
REDUCED_MIN_TENURE = timedelta(days=28)
LOOK_BACK = timedelta(days=60)  # how far back a stay on record is walked through again, for late facts
LOOK_BACK_FIRST = timedelta(days=180)  # the same for a tutor of whom no stay is on record yet

# Churn score anchors: (probability of leaving within 30 days, score). Design 3, Churn score; version 1.
SCORE_ANCHORS = ((0.002, 0.0), (0.05, 25.5), (0.12, 50.5), (0.30, 75.5), (0.95, 100.0))
SCORE_ANCHORS_VERSION = 1
BAND_UPPER_EDGES = (25, 50, 75)  # low, medium, high; above = critical (PRD 3.1)
BAND_DOWN_DAYS = 3  # days in a row below the edge before a band falls (design 3)
BAND_DOWN_POINTS = 3  # points below the edge on each of those days

# Seven components (PRD 3.1); weights add up to 1.
COMPONENT_WEIGHTS = {
    "engagement_decline": 0.25,
    "performance_trend": 0.20,
    "reschedule_pattern": 0.15,
    "first_session_quality": 0.15,
    "no_show_risk": 0.10,
    "tenure_risk": 0.10,
    "availability_reduction": 0.05,
}
PATTERN_POINTS = {"poor_first_session": 15, "high_reschedule": 20, "no_show_risk": 25}  # points, PRD 3.3
PATTERN_POOR_FIRST = (1, 2)  # poor first sessions in 7 days, or in 30 (ML guide 4; PRD 3.3 has no window)
PATTERN_MOVES = 3  # moves by the tutor in 7 days; above = pattern (PRD 3.3; 3 or more is A4, design 3)
PATTERN_LOGIN_FALL = 30.0  # % fewer logins in 14 days than in the 14 before; above (PRD 3.3 pattern 3)
PATTERN_MISSED = 2  # sessions missed or cancelled by the tutor in 14 days; above, with such a fall (PRD 3.3)

# Sub-scores of the components: a measure gives 0 up to the first number, 100 from the second, evenly between;
# a component is the mix of its measures by these shares. The shape is ours, the thresholds are the PRD's.
COMPONENT_MEASURES: dict[
    str, dict[str, tuple[float, float, float]]
] = {  # measure -> (share, none at, full at)
    "engagement_decline": {
        "login_fall": (0.5, 15.0, 75.0),  # %, 14 days against the 14 before; PRD 1.4 warns at 30
        "session_fall": (0.5, 15.0, 75.0),  # %, the same
    },
    "performance_trend": {
        "rating": (0.5, 4.5, 3.0),  # stars, last 30 ratings; PRD 2.1 flags at 3.5
        "rating_fall": (0.5, 0.0, 1.0),  # stars, 30 days against the 30 before
    },
    "reschedule_pattern": {
        "reschedule_pct": (0.5, 5.0, 25.0),  # % in 30 days; PRD 2.1 calls 15 high
        "moves_7d": (0.5, 1.0, 5.0),  # PRD 3.3: more than 3
    },
    "first_session_quality": {
        "first_success_pct": (0.5, 70.0, 30.0),  # % in 90 days; PRD 2.1 flags below 70
        "first_poor_30d": (0.5, 0.0, 3.0),
    },
    "no_show_risk": {
        "no_shows_14d": (0.6, 0.0, 2.0),  # PRD 3.3: more than 0
        "no_show_pct": (0.4, 0.0, 10.0),  # % in 30 days; PRD 2.1 is concerned at 5
    },
    "tenure_risk": {"tenure_days": (1.0, 180.0, 30.0)},  # PRD 1.1: new below 30 days
    "availability_reduction": {"availability_fall": (1.0, 10.0, 60.0)},  # %, against 28 days ago
}
SILENCE = (4.0, 14.0)  # days without a session; raises the engagement decline by itself (PRD 1.4: 14 days)
FEWEST_DAYS = 7  # a stretch of 14 days with fewer days at work than this is not compared
# logit(p30) = first + second x the component sum: an assumption of ours that nothing fits to departures (a
# model that was learnt speaks instead). Sums of 25, 50, 75 and 100 mean 0.9, 4, 15 and 45 %. On the frozen
# demo world the mean is 7.6 % a month where 5.4 % leave: two fifths too high (decision 17).
COMPONENT_LOGIT = (-6.2, 0.06)
COMPONENT_VERSION = "component-1"

# Tasks.
BUSINESS_ZONE = "Europe/London"  # zone of the people-ops office; holidays follow the country below
BUSINESS_COUNTRY = "GB"
BUSINESS_OPENS = 9  # o'clock
BUSINESS_CLOSES = 17
BUSINESS_EXTRA_HOLIDAYS: tuple[date, ...] = ()  # days off beside the country's; deadlines follow at once


@dataclass(frozen=True)
class TaskPolicy:
    """How long a kind of task may wait, and what happens on the way.

    `business_days` count on the office's weekday calendar from the next opening; reminders are
    shares of that time; an escalation to the other group comes `escalate_after` business hours after the
    due date.
    """

    business_days: float
    remind_at: tuple[float, ...] = (0.5, 0.8)  # programmes guide: reminders at 50, 80 and 100 %
    escalate_after: float = 4.0  # business hours
    priority_added: int = 20


TASK_POLICIES = {
    "first_session_review": TaskPolicy(business_days=1),  # design 3: "People Ops, 1 business day"
    "alert_high": TaskPolicy(business_days=1),
    "alert_medium": TaskPolicy(business_days=3),
    # What has lasted for two weeks is not put right within hours; no source names a time for it.
    "escalation_review": TaskPolicy(business_days=2),
    # A due date worked out from the clocks of H1 goes before these days, which hold while those stand.
    "coaching_offer": TaskPolicy(business_days=1),
    "coaching_times": TaskPolicy(business_days=1),
    "coaching_phone": TaskPolicy(business_days=1),
    "coaching_decision": TaskPolicy(business_days=2),
    "coaching_call": TaskPolicy(business_days=5),
    "coaching_follow_up": TaskPolicy(business_days=3),
    # Programmes guide 4.4: urgent within one business day above 75, else three; its rule stands in shadow.
    "retention_interview": TaskPolicy(business_days=3),
    "retention_interview_urgent": TaskPolicy(business_days=1),
}
ESCALATION_PRIORITY = 20  # added to a task, or to a rule's own, when what the rule found has lasted; ours
LEAVE_RAMP_UP = 3  # business days after a leave until clocks that wait for the tutor go on (guide 4.0)
FOLLOW_UP_WINDOW = timedelta(days=30)  # how long a review waits for the tutor's next first session
FOLLOW_UP_LOOK = timedelta(days=1)  # how often it looks
MAX_SNOOZE = timedelta(days=14)
MAX_DUE_AHEAD = timedelta(days=90)  # a task that is to be due later is taken for a slip of the pen; ours

# Alerts (dashboard summary, DB3; PRD persona 1 reviews them for 15 minutes each morning).
ALERT_REOPENS_WITHIN = timedelta(days=3)  # of its end: it is the same alert again, and no new one
ALERT_TOLD_AGAIN_AFTER = timedelta(hours=24)  # of its raising: a critical one that comes back is mailed again
ALERT_STORM_FROM = 10  # tutors about whom one rule raises alerts within an hour: one line and one letter
ALERT_STORM_WITHIN = timedelta(hours=1)  # also how long a storm waits for the next alert before it is over
ALERT_STORM_LASTS = timedelta(hours=24)  # then what comes is another storm
ALERT_REVIEW = timedelta(minutes=15)  # PRD persona 1, "each morning"
ALERT_READING = timedelta(seconds=45)  # for one line of the morning's letter; ours
ALERT_LINES = ALERT_REVIEW // ALERT_READING  # of that letter; also the most new alerts a day that are borne
ALERT_FIGURES_DAYS = 28  # over which alerts a day and false alarms are counted; ours
ALERT_DIGEST_HOUR = 8  # o'clock where the reader lives, on working days of the office
ALERT_DIGEST_HOURS = (5, 20)  # among which a colleague chooses

# Coaching (PRD 4.1 H1; programmes guide 4.2). Office time is counted in hours: a working day has eight.
COACHING_SCHEDULE_WITHIN = timedelta(hours=48)  # weekday clock, from recommendation to an agreed time (PRD)
COACHING_HOLD_WITHIN = timedelta(hours=40)  # office time, 5 business days from recommendation (design 3)
COACHING_REMIND_TUTOR_AFTER = timedelta(hours=24)  # weekday clock after the letter: a second letter
COACHING_PHONE_AFTER = timedelta(hours=48)  # weekday clock after the letter: call the tutor
COACHING_DECIDE_AFTER = timedelta(hours=40)  # office time after the letter: the manager decides
COACHING_CALL = timedelta(minutes=30)  # PRD 4.1 H1
COACHING_WRITE_DOWN_WITHIN = timedelta(hours=1)  # office time after the call: written down by then
COACHING_MOST_MOVES = 2  # times that the call may be moved
COACHING_MOST_NO_SHOWS = 2  # the second one ends it, and counts as a fact for a retention interview
COACHING_FOLLOW_UP_AFTER = timedelta(days=14)  # after the call
COACHING_TIMES_AHEAD = timedelta(days=30)  # a call offered for later than that is taken for a slip of the pen
COACHING_REST = timedelta(days=30)  # after a call that was held, before another case
SIMILAR_NEW = timedelta(days=60)  # with us for less: new; who is similar is new too, or is not (PRD 4.1 H2)
COACHING_DECLINES_IN_A_ROW = 3  # by one manager: the rule is looked at, not the manager

# Coaching tips (PRD 4.1 A1; programmes guide 4.7) and optional mail.
TIP_EVERY = timedelta(days=7)  # at most one tip in a rolling week, over all variants (PRD 4.1 A1)
TIP_AGAIN_AFTER = timedelta(days=60)  # the same tip
TIP_MEASURED_AFTER = timedelta(days=14)
TIP_READ_FOR = timedelta(seconds=30)  # a guide open and in view for so long counts as read
TIP_TRIES_AGAIN_AFTER = timedelta(days=1)  # while other optional letters have used the budget up
TIP_WAITS_FOR_RETURN = timedelta(days=14)  # from leave; then what it is about is over
TIP_WAITS_FOR_BUDGET = timedelta(days=2)  # then the tip is dropped: what it is about may have passed
HOLDOUT_SHARE = 0.10  # of tutors, by programme, always the same ones (programmes guide, row 61)
OPTIONAL_MAILS = 2  # letters to one tutor in OPTIONAL_MAIL_WINDOW over everything optional; 0: none at all
OPTIONAL_MAIL_WINDOW = timedelta(days=7)
MAIL_HOURS = (8, 21)  # o'clock where the tutor lives (design 3, A3)
ANSWER_LINK_LIFE = timedelta(days=14)  # the longest that a link in a letter can be answered

# Effects (programmes guide 4.0): looked at so many days after a case has closed.
EFFECT_DAYS = (30, 60, 90)
EXPOSURE_EFFECT_DAYS = (14, 30, 60, 90)  # after the exposure; the 14 is the A1's own (programmes guide 4.7)
EFFECT_FEWEST_CASES = 3  # new sessions, ratings ... since the first look; with fewer nothing can have changed
EFFECT_FEWEST_TUTORS = 30  # measured in each arm before a difference is claimed; one tutor is then 3 points
EFFECT_CLAIM_DAY = 14  # the day on which an exposure is judged; decided beforehand, so that none is picked
EFFECT_RAW_DAY = 30  # the day of which the raw share of human programmes is shown
EFFECT_SHEET_LIFE = timedelta(days=2)  # everybody has a fact sheet a day; an older one says nothing of now
# While the evaluation is behind its day a look asks again: after this, then after twice as long each time.
EFFECT_ASK_AGAIN = timedelta(seconds=5)  # real time: machines work in it, however fast their world is
EFFECT_WAITS = timedelta(days=7)  # after that it has no figure: an outage of a week is no delay
EFFECT_WAITS_REAL = timedelta(hours=1)  # at least, where a week passes in minutes
# The smallest change that counts, in the metric's own unit: about what chance alone moves in a month.
EFFECT_SMALLEST = {
    "churn_score": 5.0,  # points; a tutor's score wanders by about 4 a day (programmes guide 1.4)
    "rating_avg_30": 0.2,  # stars; the standard error of a mean of 30 ratings with a spread of one star
    "first_success_pct": 10.0,  # percentage points; one of about ten first sessions in a month
    "resched_rate_30d": 3.0,  # percentage points; two of about 60 sessions in a month
    "noshow_rate_30d": 2.0,  # percentage points; one of about 60
    "engagement": 5.0,  # points
    "objectives_pct": 5.0,  # percentage points; three of about 60
}

# What cases cost people, for the workload of a rulebook that is tried. All are assumptions of ours, but the
# length of a coaching call (PRD 4.1 H1: 30 minutes); each includes finding and writing down.
TASK_HOURS = {
    TaskKind.FIRST_SESSION_REVIEW: 0.5,
    TaskKind.INACTIVITY_CHECK: 0.5,
    TaskKind.NO_SHOW_CHECK: 0.5,
    TaskKind.ESCALATION_REVIEW: 0.5,
    TaskKind.COACHING_OFFER: 0.25,
    TaskKind.COACHING_TIMES: 0.25,
    TaskKind.COACHING_PHONE: 0.25,
    TaskKind.COACHING_DECISION: 0.25,
    TaskKind.COACHING_CALL: 1.0,
    TaskKind.COACHING_FOLLOW_UP: 0.25,
}
CASE_HOURS = {  # of an average case whose story opens its own tasks, or is not carried yet; assumptions
    Programme.COACHING: 1.3,  # an offer, a call in 7 of 10 cases, a follow-up in 6, else asking again
    Programme.IMPROVEMENT_PLAN: 8.0,  # a plan, four to eight weekly check-ins, a decision
    Programme.MENTORSHIP: 3.0,  # a match, two introductions, a look each week for four weeks
    Programme.RECOGNITION: 0.5,
    Programme.RETENTION_INTERVIEW: 1.5,
}
CASEWORK_HOURS_A_WEEK = {  # that one person of a group has for such cases; assumptions
    OwnerGroup.PEOPLE_OPS: 20.0,
    OwnerGroup.OPS_MANAGER: 10.0,
}
BACKTEST_FORESEES = timedelta(days=30)  # a firing foretold a departure so long after it (PRD 3.1: 30 days)

# Trying a rulebook on the past: how a case goes that its programme has too few of to know (assumptions).
USUALLY_ACTS_AFTER = timedelta(days=3)  # from its opening: the call is held, the letter is sent
USUALLY_CLOSES_AFTER = timedelta(days=14)  # from its opening
USUAL_FROM_CASES = 5  # closed cases of a programme: their medians count from so many on

# Evaluation.
BATCH_TUTORS = 200  # tutors claimed at a time
QUARTER_HOUR = timedelta(minutes=15)  # PRD: "updates every 15 minutes"
FRESH_FOR = timedelta(minutes=60)  # PRD: insight latency; older data is shown as stale

# The life of a churn model (ML guide 11). Shown to the person who decides; nothing is promoted by itself.
SHADOW_DAYS = 3  # a challenger scores everybody beside the champion for so long
CHALLENGER_PATIENCE = timedelta(days=7)  # then it is set aside; the next day learns a newer one
PROMOTE_AT_CHANCE = 0.90  # that the challenger forecasts better, over drawn tutors
PROMOTE_SLICE_DROP = 0.03  # AUC that no slice of tutors may lose
PROMOTE_SLICE_FEWEST = 20  # departures in a subject before its AUC says anything; with fewer it swings by .06
PROMOTE_BAND_CHANGES = 0.10  # of tutors whose band a promotion would change
PROMOTE_SCORE_CHANGE = 3.0  # points, in the mean over tutors
PROMOTE_EVERY = timedelta(days=7)  # at most one promotion in this time

# Learning from real and synthetic tutors together (PRD phase 4, hybrid mode). Real ones calibrate and judge.
SYNTHETIC_WEIGHT = 0.2  # of a synthetic tutor's row, a real one's being 1: five say as much as one (ours)

# Serving a churn model (ML guide 4). Where one of these is met, the component score speaks, and says why.
MODEL_OLDEST = timedelta(days=126)  # since the last day that taught the champion (decision 34)
MODEL_FEWEST_DEPARTURES = 10  # to learn from; with fewer not one coefficient is told from chance (ours)
MODEL_FEWEST_DAYS = 14  # of a tutor's time with us, and of the platform's records
MODEL_UNKNOWN_SHARE = 0.05  # of core features over those who taught in the last days
MODEL_FEWEST_JUDGED = 20  # tutors in a batch before that share says something
SCORE_SMOOTHING = 0.5  # weight of today's log odds against the days before (ML guide 4)
NO_SHOW_BURST = (2, timedelta(days=7))  # no-shows of a tutor in so long: the score follows at once
NOTICE_CHANCE = 0.90  # that who gave notice leaves by the day named; a few take it back
NOTABLE_RISK = (1.5, 3.0)  # times the usual of the same window: raised, high

# First sessions (PRD ML, model 2; ML guide 8): how likely one is rated below FIRST_FAILURE_RATING.
FIRST_SESSION_AHEAD = timedelta(hours=48)  # how far ahead booked ones are looked at, each hour
FIRST_SESSION_MODEL_OLDEST = timedelta(days=126)  # since the last day that taught it (decision 34)
# Flagged: among the tenth at highest risk of those that the model was judged by, or so many times as likely
# as usual. The PRD's 60 % would flag one in a thousand (ML guide 8).
FIRST_SESSION_FLAG_TOP = 0.10
FIRST_SESSION_FLAG_TIMES = 1.5
