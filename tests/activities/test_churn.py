"""Scoring: one score a day, repeatable, and a moment for each change."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from sqlalchemy import select

from activities.churn import score
from activities.measurement import measure
from retention.messages.evaluation import Step, StepReport
from retention.records import batches, database, dirty_days
from retention.records.churn import ChurnScore
from retention.records.moments import Moment
from tests.factories import platform, wire

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def a_tutor(tenure: int = 400) -> tuple[int, str]:
    with database.transaction() as session:
        return platform.a_tutor(session, at=NOW - tenure * DAY, now=NOW - DAY)


def posted(*records: wire.Json) -> None:
    with database.transaction() as session:
        platform.known(session, records, now=NOW)


def scored(as_of: datetime = NOW, *, times: int = 1) -> StepReport:
    """Everybody who waits is measured and scored; the last report."""
    with database.transaction() as session:
        batch = platform.claimed(session, as_of=as_of)
    step = Step(batch_id=batch.batch_id, as_of=batch.as_of)
    measure(step)
    reports = [score(step) for _ in range(times)]
    return reports[-1]


def let_go(as_of: datetime) -> None:
    with database.transaction() as session:
        batches.finish_batch(session, batches.claim_batch(session, as_of, limit=1).batch_id, at=as_of)


def scores() -> list[ChurnScore]:
    with database.transaction() as session:
        return list(session.scalars(select(ChurnScore).order_by(ChurnScore.tutor_number, ChurnScore.day)))


def updates() -> list[Moment]:
    with database.transaction() as session:
        return list(session.scalars(select(Moment).where(Moment.trigger == "score_updated")))


def test_worse_facts_make_a_higher_score(data: str) -> None:
    stories: list[list[str]] = [[], ["no_show"], ["no_show", "no_show", "no_show"]]
    for story in stories:
        _, tutor_id = a_tutor()
        taught = platform.taught_daily(tutor_id, first=NOW - 29 * DAY, days=29)
        posted(*taught, *(wire.a_session(tutor_id, start=NOW - DAY, transition=word) for word in story))
    scored()
    found = scores()
    assert all(one.score < other.score for one, other in pairwise(found))
    assert [sorted(one.patterns) for one in found] == [[], ["no_show_risk"], ["no_show_risk"]]
    assert found[2].factors[0]["measure"] == "no_shows_14d"
    assert found[2].factors[0]["value"] == 3
    assert found[2].factors[0]["peer_median"] == 1  # of the three
    assert {one.source for one in found} == {"component"}


def test_a_second_run_of_the_same_batch_changes_and_tells_nothing(data: str) -> None:
    a_tutor()
    assert scored(times=2).scores_changed == 0
    assert (len(scores()), len(updates())) == (1, 1)


def test_a_new_day_has_its_own_score_and_an_unchanged_one_is_no_news(data: str) -> None:
    number, tutor_id = a_tutor()
    posted(*platform.taught_daily(tutor_id, first=NOW - 29 * DAY, days=29))
    scored()
    let_go(NOW)
    with database.transaction() as session:
        dirty_days.mark(session, [(number, (NOW + DAY).date())], known_at=NOW + DAY)
    assert scored(NOW + DAY).scores_changed == 0
    assert [one.day for one in scores()] == [NOW.date(), (NOW + DAY).date()]
    assert len({one.band_since for one in scores()}) == 1


def test_who_has_left_is_not_scored(data: str) -> None:
    gone, tutor_id = a_tutor()
    here, another = a_tutor()  # on days without anybody's session nobody is taken for gone
    posted(wire.a_session(tutor_id, start=NOW - 40 * DAY))
    posted(*platform.taught_daily(another, first=NOW - 39 * DAY, days=39))
    assert scored().tutors == 1
    assert [one.tutor_number for one in scores()] == [here] != [gone]


def test_peers_are_those_of_the_last_whole_day(data: str) -> None:
    number, tutor_id = a_tutor()
    posted(wire.a_session(tutor_id, start=NOW - 5 * DAY))
    scored()
    let_go(NOW)
    with database.transaction() as session:
        dirty_days.mark(session, [(number, (NOW + DAY).date())], known_at=NOW + DAY)
    scored(NOW + DAY)
    (silence,) = [one for one in scores()[1].factors if one["measure"] == "silent_days"]
    assert (silence["value"], silence["peer_median"]) == (6, 5)
