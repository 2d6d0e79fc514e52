"""A prediction set aside is unknown to the rules while it lasts, and makes no label."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from activities.situations import situations_of
from ml.labels import labels
from retention.measures.cube import Cube
from retention.messages.evaluation import Step
from retention.records import churn, cubes, database, set_asides
from retention.vocabulary import Role
from rules.situation import Situation
from tests.factories import platform
from tests.factories.scores import a_component_score
from tests.web.conftest import account

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


def a_tutor() -> int:
    with database.transaction() as session:
        number, _ = platform.a_tutor(session, at=NOW - 60 * DAY, now=NOW - DAY)
        churn.store(session, [a_component_score(number, at=NOW)])
        return number


def set_aside(number: int, *, at: datetime, until: datetime) -> int:
    by = account("Grace Hopper", role=Role.OPS_MANAGER).id
    with database.transaction() as session:
        return set_asides.put(session, number, reason="She stays.", by=by, at=at, until=until)


def facts(as_of: datetime) -> dict[int, Situation]:
    with database.transaction() as session:
        batch = platform.claimed(session, as_of=as_of)
        known = situations_of(session, Step(batch_id=batch.batch_id, as_of=as_of))
        return {one.tutor_number: one for one in known}


@pytest.mark.parametrize(
    ("until", "score", "band"),
    [(NOW + INSTANT, None, None), (NOW, 40, "medium")],
)
def test_the_rules_do_not_know_a_score_while_it_is_set_aside(
    data: str, until: datetime, score: int | None, band: str | None
) -> None:
    number, other = a_tutor(), a_tutor()
    set_aside(number, at=NOW - DAY, until=until)
    found = facts(NOW)
    assert (found[number].facts["churn_score"], found[number].facts["risk_band"]) == (score, band)
    assert found[number].facts["tenure_days"] == 60
    assert found[other].facts["churn_score"] == 40


def test_it_counts_from_the_instant_it_is_put_and_no_more_once_it_is_taken_back(data: str) -> None:
    number = a_tutor()
    entry = set_aside(number, at=NOW, until=NOW + 9 * DAY)
    by = account("Grace Hopper", role=Role.OPS_MANAGER).id
    assert facts(NOW)[number].facts["churn_score"] is None
    with database.transaction() as session:
        set_asides.lift(session, entry, tutor_number=number, by=by, at=NOW)
    assert facts(NOW)[number].facts["churn_score"] == 40


def the_cube() -> Cube:
    with database.transaction() as session:
        span = cubes.Span((NOW - 60 * DAY).date(), (NOW - DAY).date(), NOW)
        return cubes.cube_of(session, cubes.everybody(session, cutoff=NOW), span)


def test_what_is_set_aside_changes_nothing_that_models_learn_from(data: str) -> None:
    number = a_tutor()
    before = the_cube()
    set_aside(number, at=NOW - DAY, until=NOW + DAY)
    after = the_cube()
    for one in fields(Cube):
        np.testing.assert_array_equal(getattr(after, one.name), getattr(before, one.name))
    np.testing.assert_array_equal(labels(after).leaves, labels(before).leaves)
