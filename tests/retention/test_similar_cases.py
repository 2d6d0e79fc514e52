"""Who is similar, and what became of them: other tutors' cases by what was known when each was opened."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from retention.messages.cases import CaseProgress, StartCase
from retention.records import cases, outcomes
from retention.records.decisions import Decision
from retention.records.fact_sheets import FactSheet
from retention.records.similar_cases import SimilarCases, similar_cases
from retention.vocabulary import CaseState, Outcome, TaskKind
from tests.factories.cases import an_opened_case

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
OLD = {"risk_band": "high", "tenure_days": 60}
OPENED = NOW - 40 * DAY


def a_case(session: Session, kind: TaskKind = TaskKind.COACHING_OFFER, **facts: Any) -> StartCase:
    """A case that was opened while this was known of its tutor."""
    case = an_opened_case(session, at=OPENED, kind=kind)
    decided = select(Decision.fact_sheet_id).where(Decision.id == case.decision_id).scalar_subquery()
    session.execute(update(FactSheet).where(FactSheet.id == decided).values(facts=OLD | facts))
    return case


def closed(
    session: Session, case: StartCase, outcome: Outcome, *, at: datetime = NOW, held: bool = True
) -> None:
    end = CaseProgress(
        case_id=case.case_id,
        version=9,
        state=CaseState.CLOSED,
        waiting_for="",
        at=at,
        acted_at=OPENED + DAY if held else None,
        outcome=outcome,
    )
    cases.record(session, end)
    outcomes.write(session, case.case_id)


def seen_by(session: Session, case: StartCase) -> SimilarCases:
    found = similar_cases(session, case.case_id, now=NOW)
    assert found is not None
    return found


def test_each_end_is_counted_under_its_own_name(session: Session) -> None:
    ends = [Outcome.IMPROVED, Outcome.IMPROVED, Outcome.NO_CHANGE, Outcome.WORSENED, Outcome.CHURNED]
    for outcome in (*ends, Outcome.NOT_MEASURABLE, Outcome.SUPERSEDED):
        closed(session, a_case(session), outcome)
    found = seen_by(session, a_case(session))
    assert found == SimilarCases("high", False, 7, improved=2, no_change=1, worsened=1, churned=1)
    assert found.measured == len(ends)


@pytest.mark.parametrize(
    ("facts", "counted"),
    [
        ({}, 1),
        ({"tenure_days": 2_000}, 1),
        ({"tenure_days": 59}, 0),
        ({"risk_band": "critical"}, 0),
        ({"risk_band": None}, 0),
        ({"tenure_days": None}, 0),
    ],
)
def test_similar_is_who_had_the_same_risk_and_is_new_or_not_alike(
    session: Session, facts: dict[str, Any], counted: int
) -> None:
    closed(session, a_case(session, **facts), Outcome.IMPROVED)
    assert seen_by(session, a_case(session)).improved == counted


@pytest.mark.parametrize("tenure", [0, 59])
def test_new_tutors_are_similar_to_new_ones(session: Session, tenure: int) -> None:
    closed(session, a_case(session, tenure_days=tenure), Outcome.IMPROVED)
    assert seen_by(session, a_case(session, tenure_days=30)).improved == 1


def test_a_case_that_did_nothing_is_not_counted(session: Session) -> None:
    closed(session, a_case(session), Outcome.CHURNED, held=False)
    a_case(session)
    assert seen_by(session, a_case(session)).carried_out == 0


def test_what_is_closed_later_is_not_known_yet(session: Session) -> None:
    closed(session, a_case(session), Outcome.IMPROVED, at=NOW + timedelta(seconds=1))
    assert seen_by(session, a_case(session)).carried_out == 0


def test_the_tutors_own_cases_and_other_programmes_are_not_counted(session: Session) -> None:
    own, other = a_case(session), a_case(session, TaskKind.NO_SHOW_CHECK)
    closed(session, own, Outcome.IMPROVED)
    closed(session, other, Outcome.IMPROVED)
    assert seen_by(session, own).carried_out == 0


def test_nobody_is_similar_to_a_tutor_whose_risk_was_not_known(session: Session) -> None:
    closed(session, a_case(session, risk_band=None), Outcome.IMPROVED)
    found = seen_by(session, a_case(session, risk_band=None))
    assert (found.band, found.carried_out) == (None, 0)
    assert similar_cases(session, "no such case", now=NOW) is None
