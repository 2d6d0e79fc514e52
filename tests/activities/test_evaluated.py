"""A look at an effect, and how far the evaluation has come: too early, in time, or never."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from activities.effects import measure_effect
from retention.measures.effects import BEHIND
from retention.messages.effects import EffectFigure, MeasureEffect
from retention.records import batches, dirty_days, effect_figures, watermarks
from retention.records.database import transaction
from retention.records.fact_sheets import FactSheet
from retention.records.tutors import Spell
from retention.vocabulary import EffectVerdict, Programme
from tests.factories import platform
from tests.factories.cases import worked_off
from tests.factories.effects import evaluated

pytestmark = pytest.mark.usefixtures("data")
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
DUE = NOON + 14 * DAY
MIDNIGHT = DUE - 12 * HOUR  # at which the last whole day before the look is over


@pytest.fixture
def tutor() -> int:
    """A tutor whose score was known on both days."""
    with transaction() as session:
        number, _ = platform.a_tutor(session, at=NOON - 90 * DAY)
        worked_off(session, number)
        for at, score in ((NOON, 62), (MIDNIGHT - DAY, 40)):
            sheet = {"tutor_number": number, "trigger": "daily_rollup", "digest": uuid4().bytes}
            session.add(FactSheet(as_of=at, facts={"churn_score": score}, **sheet))
    return number


def until(instant: datetime) -> None:
    """The evaluation has marked everybody for every day that is over by an instant."""
    with transaction() as session:
        evaluated(session, instant)


def marked(tutor: int, known_at: datetime) -> None:
    with transaction() as session:
        dirty_days.mark(session, [(tutor, known_at.date())], known_at=known_at)


def look(tutor: int, *, asked_before: int | None = 0, **changes: Any) -> EffectFigure:
    told: dict[str, Any] = {
        "subject": "holdout/1",
        "programme": Programme.COACHING_TIP,
        "tutor_number": tutor,
        "metric": "churn_score",
        "day": 14,
        "since": NOON,
        "as_of": DUE,
        "at": DUE,
        "asked_before": asked_before,
    }
    return measure_effect(MeasureEffect.model_validate(told | changes))


def kept() -> list[EffectFigure]:
    with transaction() as session:
        return list(effect_figures.figures_of(session, "holdout/1"))


@pytest.mark.parametrize(
    ("done_until", "early"), [(MIDNIGHT - SECOND, True), (MIDNIGHT, False), (MIDNIGHT + DAY, False)]
)
def test_a_look_is_too_early_until_the_day_before_it_is_worked_off(
    tutor: int, done_until: datetime, early: bool
) -> None:
    until(done_until)
    assert (look(tutor).too_early is not None) is early
    assert bool(kept()) is not early


def test_a_look_in_a_world_that_has_evaluated_nothing_yet_is_too_early(tutor: int) -> None:
    assert look(tutor).too_early is not None


@pytest.mark.parametrize(("known_at", "early"), [(MIDNIGHT, True), (MIDNIGHT + SECOND, False)])
def test_a_day_that_is_marked_is_not_worked_off_before_its_batch_is_finished(
    tutor: int, known_at: datetime, early: bool
) -> None:
    until(DUE)
    marked(tutor, known_at)
    assert (look(tutor).too_early is not None) is early
    with transaction() as session:
        batch = batches.claim_batch(session, known_at, limit=10)
    assert (look(tutor).too_early is not None) is early
    with transaction() as session:
        batches.finish_batch(session, batch.batch_id, at=DUE)
    assert look(tutor).too_early is None


def test_what_waits_of_another_tutor_delays_nobody(tutor: int) -> None:
    until(DUE)
    with transaction() as session:
        another, _ = platform.a_tutor(session, at=NOON)
    marked(another, MIDNIGHT)
    assert look(tutor).too_early is None


def test_the_days_of_the_evaluation_itself_are_the_ones_that_are_waited_for(tutor: int) -> None:
    with transaction() as session:
        watermarks.begin(session, MIDNIGHT - HOUR)
        periods = watermarks.next_periods(session, MIDNIGHT)
    assert look(tutor).too_early is not None
    with transaction() as session:
        watermarks.mark_periods(session, periods)
    assert look(tutor).too_early is not None
    with transaction() as session:
        batch = batches.claim_batch(session, MIDNIGHT, limit=10)
        batches.finish_batch(session, batch.batch_id, at=MIDNIGHT)
    assert look(tutor).too_early is None


def test_who_asks_too_early_is_told_when_to_ask_again_and_for_how_long(tutor: int) -> None:
    told = [look(tutor, asked_before=before).too_early for before in (0, 1, 10)]
    assert None not in told
    assert [one.again_after for one in told if one] == [5 * SECOND, 10 * SECOND, 5_120 * SECOND]
    assert {(one.at_most, one.at_least) for one in told if one} == {(7 * DAY, HOUR)}
    assert kept() == []


def test_a_day_that_never_came_is_not_measurable_and_the_figure_says_why(tutor: int) -> None:
    figure = look(tutor, asked_before=None)
    assert (figure.before, figure.after, figure.verdict) == (62, None, EffectVerdict.NOT_MEASURABLE)
    assert (figure.reason, figure.too_early) == (BEHIND, None)
    assert kept() == [figure]


def test_a_tutor_who_has_left_has_churned_also_when_the_day_never_came(tutor: int) -> None:
    with transaction() as session:
        left = {"started_at": NOON - 60 * DAY, "ended_at": NOON + DAY, "reason": "inactivity"}
        session.add(Spell(tutor_number=tutor, **left))
    figure = look(tutor, asked_before=None)
    assert (figure.verdict, figure.reason) == (EffectVerdict.CHURNED, "")
