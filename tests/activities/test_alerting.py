"""From facts on record to alerts: by an event and by the hour, beside the check, once each."""

from datetime import datetime, timedelta

import pytest

from activities import churn, judgement, measurement
from retention.messages.cases import RuleResolved
from retention.messages.evaluation import Step
from retention.records import database, watermarks
from retention.records.alerts import Alert, AlertActLine
from retention.records.cases import Case
from retention.records.commands import Command
from retention.vocabulary import Outcome
from tests.activities.evaluated import HOUR, NOON, a_tutor, count, evaluated, every, next_batch, posted
from tests.activities.test_court import published
from tests.factories import platform, wire
from tests.factories.rulebooks import changed

DAY = timedelta(days=1)


def missed(tutor_id: str, sessions: int = 2) -> list[wire.Json]:
    return [
        wire.a_session(tutor_id, start=NOON - (day + 1) * DAY, transition="no_show")
        for day in range(sessions)
    ]


def an_hour_later(end: datetime = NOON) -> None:
    """The hour that ends then is worked off."""
    with database.transaction() as session:
        watermarks.begin(session, end - HOUR)
        watermarks.mark_periods(session, watermarks.next_periods(session, end))


def test_missed_sessions_raise_an_alert_with_its_check(data: str) -> None:
    number, tutor_id = a_tutor()
    posted(missed(tutor_id))
    evaluated()
    (alert,), (case,) = every(Alert), every(Case)
    assert (alert.rule_id, alert.tutor_number, alert.state) == ("ALERT.no-shows", number, "open")
    assert (alert.category, alert.severity, alert.owner_group) == ("quality", "high", "ops_manager")
    assert alert.case_id == case.case_id
    assert alert.opened_at == NOON


def test_an_alert_is_raised_beside_the_case_that_its_check_has_to_wait_for(data: str) -> None:
    _, tutor_id = a_tutor()
    posted(wire.a_poor_first_session(tutor_id, start=NOON - 3 * HOUR))
    evaluated()
    posted(missed(tutor_id), now=NOON + HOUR)
    evaluated(NOON + HOUR)
    (alert,) = [one for one in every(Alert) if one.rule_id == "ALERT.no-shows"]
    assert (alert.state, alert.case_id) == ("open", None)
    assert [case.programme for case in every(Case)] == ["first_session_review"]


def test_a_quiet_week_raises_an_alert_by_the_hour_and_a_session_settles_it(data: str) -> None:
    _, tutor_id = a_tutor()
    posted([wire.a_session(tutor_id, start=NOON - 7 * DAY)])
    an_hour_later()
    evaluated()
    (alert,) = every(Alert)
    assert (alert.rule_id, alert.severity, alert.state) == ("ALERT.inactivity", "medium", "open")
    posted([wire.a_session(tutor_id, start=NOON, event_time=(NOON + HOUR).isoformat())], now=NOON + HOUR)
    evaluated(NOON + HOUR)
    (over,) = every(Alert)
    assert (over.ended, over.resolved_at) == ("settled", NOON + HOUR)


def test_while_the_platform_is_late_nothing_is_settled_and_nothing_raised(data: str) -> None:
    _, tutor_id = a_tutor()
    posted([*missed(tutor_id), wire.a_session(tutor_id, start=NOON - 3 * HOUR)])
    evaluated()
    late = NOON + 9 * DAY  # as the records stand: no no-show in seven days, no session in nine
    an_hour_later(late)
    evaluated(late)
    assert [(one.rule_id, one.state) for one in every(Alert)] == [("ALERT.no-shows", "open")]
    _, colleague = a_tutor()
    posted([wire.a_session(colleague, start=late - HOUR)], now=late + HOUR)  # it is heard of again
    an_hour_later(late + HOUR)
    evaluated(late + HOUR)
    told = {one.rule_id: one.state for one in every(Alert)}
    assert told == {"ALERT.no-shows": "resolved", "ALERT.inactivity": "open"}


def test_an_edit_that_ends_an_alert_says_so_and_takes_the_question_of_its_check_back(data: str) -> None:
    _, tutor_id = a_tutor()
    posted([wire.a_session(tutor_id, start=NOON - 7 * DAY)])
    an_hour_later()
    evaluated()
    published(changed("- days_since_session: {gte: 7}", "- days_since_session: {gte: 9}"))
    posted([wire.a_session(tutor_id, start=NOON - 8 * DAY)], now=NOON + HOUR)
    assert evaluated(NOON + HOUR).resolved == 1
    (alert,) = every(Alert)
    assert (alert.ended, alert.resolved_at) == ("rule_changed", NOON + HOUR)
    start, told = sorted(every(Command), key=lambda command: command.seq)
    assert (told.name, told.target) == ("rule_resolved", start.target)
    assert RuleResolved.model_validate(told.payload).outcome is Outcome.WITHDRAWN


def test_an_edit_under_which_an_alert_stands_as_well_leaves_it_as_it_is(data: str) -> None:
    _, tutor_id = a_tutor()
    posted(missed(tutor_id, sessions=3))
    evaluated()
    published(changed("noshows_7d: {gte: 2}", "noshows_7d: {gte: 3}"))
    posted([wire.a_session(tutor_id, start=NOON - HOUR)], now=NOON + HOUR)
    evaluated(NOON + HOUR)
    (alert,) = every(Alert)
    assert (alert.state, alert.raised_at, count(Case)) == ("open", NOON, 1)


def rated(tutor_id: str, stars: int, *, first: int) -> list[wire.Json]:
    """Five sessions on days that lie so far back, each rated alike."""
    taught = [wire.a_session(tutor_id, start=NOON - (first + day) * DAY) for day in range(5)]
    return [*taught, *(wire.feedback_on(one, at=NOON - (first - 1) * DAY, rating=stars) for one in taught)]


@pytest.mark.parametrize(("before", "raised"), [(5, ["ALERT.quality-drop"]), (4, [])])
def test_ratings_that_drop_by_more_than_half_a_star_raise_an_alert(
    data: str, before: int, raised: list[str]
) -> None:
    _, tutor_id = a_tutor()
    posted([*rated(tutor_id, before, first=35), *rated(tutor_id, 4, first=2)])
    an_hour_later()
    evaluated()
    assert [one.rule_id for one in every(Alert)] == raised


def test_an_alert_that_holds_at_the_next_look_was_seen_then(data: str) -> None:
    _, tutor_id = a_tutor()
    posted(missed(tutor_id))
    evaluated()
    posted([wire.a_session(tutor_id, start=NOON - HOUR, transition="no_show")], now=NOON + HOUR)
    evaluated(NOON + HOUR)
    (alert,) = every(Alert)
    assert (alert.times, alert.last_seen_at, alert.raised_at) == (1, NOON + HOUR, NOON)


def test_a_batch_that_is_judged_twice_raises_nothing_twice(data: str) -> None:
    _, tutor_id = a_tutor()
    posted(missed(tutor_id))
    batch = next_batch(NOON)
    step = Step(batch_id=batch.batch_id, as_of=batch.as_of)
    for act in (measurement.measure, churn.score, judgement.judge, judgement.judge):
        act(step)
    assert (count(Alert), count(AlertActLine)) == (1, 1)


def test_a_tutor_who_gives_notice_and_goes_leaves_no_alert_behind(data: str) -> None:
    _, tutor_id = a_tutor()
    posted(missed(tutor_id))
    evaluated()
    gone = platform.an_act(tutor_id, "resignation_notice", at=NOON, effective_on=NOON.isoformat())
    posted([gone], now=NOON + HOUR)
    evaluated(NOON + 2 * DAY)
    (alert,) = every(Alert)
    assert alert.ended == "tutor_left"


@pytest.mark.parametrize("tutors", [8])
def test_the_number_of_statements_does_not_grow_with_the_alerts(
    data: str, queries: list[str], tutors: int
) -> None:
    counts = []
    for many in (1, tutors):
        for _ in range(many):
            _, tutor_id = a_tutor()
            posted(missed(tutor_id))
        queries.clear()
        evaluated()
        counts.append(len(queries))
    assert counts[0] >= counts[1]
    assert count(Alert) == 1 + tutors
