"""What is counted of a tutor's UTC day, in SQL: one wording for the roll-up and for days as once known.

Each text names the columns of one kind of raw row; whoever uses it says from which rows, and over which
days. `{known}` takes a further condition on the rows of `f` or `behaviour_events`, or nothing.
"""

SESSION_FLAGS = """
    coalesce(late_start_minutes > :late, false) AS late, state = 'completed' AS done,
    state = 'completed' AND session_number = 1 AS first
"""
SESSIONS = """
    count(*) FILTER (WHERE done OR state = 'no_show' OR (state = 'cancelled'
        AND last_event_time > scheduled_start - :short_notice)) AS booked,
    count(*) FILTER (WHERE done) AS completed,
    coalesce(sum(duration_minutes) FILTER (WHERE done), 0) AS minutes,
    count(*) FILTER (WHERE state = 'cancelled' AND initiated_by = 'tutor') AS tutor_cancels,
    count(*) FILTER (WHERE state = 'no_show' AND initiated_by = 'tutor') AS tutor_no_shows,
    count(*) FILTER (WHERE state = 'no_show' AND initiated_by = 'student') AS student_no_shows,
    count(*) FILTER (WHERE done AND late) AS late_starts,
    count(objectives_met) FILTER (WHERE done) AS objectives_known,
    count(*) FILTER (WHERE done AND objectives_met) AS objectives_met,
    count(*) FILTER (WHERE done AND technical_issues) AS technical_issues,
    count(engagement_score) FILTER (WHERE done) AS engagement_n,
    coalesce(sum(engagement_score) FILTER (WHERE done), 0) AS engagement_sum,
    coalesce(array_agg(DISTINCT subject) FILTER (WHERE done), '{}') AS subjects,
    count(*) FILTER (WHERE first) AS first_completed,
    count(*) FILTER (WHERE first AND (late OR disliked.yes)) AS first_poor,
    max(coalesce(actual_start, scheduled_start)) FILTER (WHERE done) AS last_session_at
"""
DISLIKED = """
    SELECT true AS yes FROM feedback f
    WHERE taught.first AND f.session_id = taught.session_id AND (f.overall_rating < :failure
        OR f.first_experience = 'poor' OR f.would_work_again IN ('probably_not', 'no')) {known} LIMIT 1
"""
MOVES = """
    count(*) FILTER (WHERE initiated_by = 'tutor') AS tutor_moves,
    count(*) FILTER (WHERE initiated_by = 'student') AS student_moves,
    count(*) FILTER (WHERE initiated_by = 'tutor'
        AND previous_start - event_time < :short_notice) AS short_notice_moves
"""
WORDS = """
    count(*) AS rated_n, sum(f.overall_rating) AS rating_sum,
    count(f.subject_knowledge) AS knowledge_n, coalesce(sum(f.subject_knowledge), 0) AS knowledge_sum,
    count(*) FILTER (WHERE s.first) AS first_rated,
    count(*) FILTER (WHERE s.first AND f.overall_rating >= :success) AS first_succeeded,
    count(*) FILTER (WHERE s.first AND f.overall_rating < :failure) AS first_failed
"""
ACTS = """
    count(*) FILTER (WHERE kind = 'login') AS logins,
    coalesce(sum(amount) FILTER (WHERE kind = 'login'), 0) AS preparation_minutes,
    count(amount) FILTER (WHERE kind = 'message_answered') AS answers,
    coalesce(sum(amount) FILTER (WHERE kind = 'message_answered'), 0) AS answer_minutes,
    array_agg(round(amount)::int ORDER BY amount)
        FILTER (WHERE kind = 'message_answered' AND amount IS NOT NULL) AS answer_waits,
    count(*) FILTER (WHERE kind = 'availability_changed') AS availability_changes,
    (array_agg(amount ORDER BY event_time DESC, event_id DESC)
        FILTER (WHERE kind = 'availability_changed'))[1] AS availability_hours,
    count(*) FILTER (WHERE kind = 'training_assigned') AS trainings_assigned,
    count(*) FILTER (WHERE kind = 'training_completed') AS trainings_completed,
    max(event_time) FILTER (WHERE kind = 'login') AS last_login_at
"""
LEAVE = """
    SELECT coalesce(bool_or((kind = 'leave_started' AND (until IS NULL OR until > d.starts))
        OR (kind = 'leave_ended' AND event_time > d.starts)), false) AS on_leave
    FROM (
        SELECT kind, event_time, until FROM behaviour_events
        WHERE tutor_number = d.tutor_number AND event_time < d.ends
            AND kind IN ('leave_started', 'leave_ended') {known}
        ORDER BY event_time DESC, event_id DESC LIMIT 1
    ) last
"""
