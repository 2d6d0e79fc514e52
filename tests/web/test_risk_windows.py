"""How a tutor's page tells a score: who speaks, the four windows against the usual, and what goes with it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from retention.records import churn
from retention.records.database import transaction
from retention.vocabulary import Fallback
from tests.factories import platform
from tests.factories.models import a_champion
from tests.factories.scores import a_component_score, a_factor, a_model_score
from web.people_ops.reasons import model_reasons
from web.people_ops.risk_windows import WHY_COMPONENTS, _compared, _percent, _window

NOW = datetime.now(UTC)


def a_scored_tutor(*, model: bool, **told: Any) -> int:
    with transaction() as session:
        number, _ = platform.a_tutor(session, at=NOW - timedelta(days=60))
        row = a_component_score(number, at=NOW, **told)
        if model:
            row = a_model_score(number, at=NOW, version=a_champion(session), **told)
        churn.store(session, [row])
        return number


@pytest.mark.parametrize(
    ("times", "tone", "said"),
    [
        (0.79, "plain", "0.8 × usual"),
        (0.8, "plain", "as usual"),
        (1.25, "plain", "as usual"),
        (1.26, "plain", "1.3 × usual"),
        (1.49, "plain", "1.5 × usual"),
        (1.5, "warn", "1.5 × usual"),
        (2.99, "warn", "3.0 × usual"),
        (3.0, "wrong", "3.0 × usual"),
        (9.94, "wrong", "9.9 × usual"),
        (9.95, "wrong", "10 × usual"),
        (297.4, "wrong", "297 × usual"),
    ],
)
def test_a_window_is_coloured_by_its_risk_against_the_usual(times: float, tone: str, said: str) -> None:
    window = _window("7", 0.5, relative={"7": times}, primary=False)
    assert (window.tone, _compared(times), window.compared) == (tone, said, said)


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (0.0009, "< 0.1 %"),
        (0.001, "0.1 %"),
        (0.0994, "9.9 %"),
        (0.1, "10 %"),
        (0.876, "88 %"),
        (0.9949, "99 %"),
        (0.995, "> 99 %"),
    ],
)
def test_a_chance_has_as_many_digits_as_mean_something(chance: float, said: str) -> None:
    assert _percent(chance) == said


def test_a_models_score_shows_its_windows_and_groups_and_the_components_beside(ada: TestClient) -> None:
    page = ada.get(f"/people-ops/tutors/{a_scored_tutor(model=True)}").text
    shown = [page.index(f"within {span}") for span in ("1 day", "7 days", "30 days", "90 days")]
    assert shown == sorted(shown)
    assert page.count("stands out the most") == 1
    assert "Associated with leaving within 7 days" in page
    assert "Logins in 7 days: 1 login; others mostly 6" in page
    assert "Mean rating in 30 days: not known" in page
    assert "Component score beside it: 40 of 100" in page
    assert "so the component score speaks" not in page


@pytest.mark.parametrize(
    ("p30", "smoothed", "said"),
    [
        (0.14, 0.081, "Score and band follow 8.1 % within 30 days: this day's 14 %, smoothed"),
        (0.14, 0.1404, ""),
        (0.14, None, ""),
    ],
)
def test_a_score_that_follows_another_chance_than_the_one_shown_says_so(
    ada: TestClient, p30: float, smoothed: float | None, said: str
) -> None:
    page = ada.get(f"/people-ops/tutors/{a_scored_tutor(model=True, p30=p30, smoothed_p30=smoothed)}").text
    assert ("Score and band follow" in page) is bool(said)
    assert said.split("'", maxsplit=1)[0] in page


@pytest.mark.parametrize("reason", list(Fallback))
def test_when_the_components_speak_the_page_says_why_and_shows_no_windows(
    ada: TestClient, reason: Fallback
) -> None:
    page = ada.get(f"/people-ops/tutors/{a_scored_tutor(model=False, fallback=reason)}").text
    assert "so the component score speaks" in page
    assert WHY_COMPONENTS[reason].split("'", maxsplit=1)[0] in page
    assert "stands out the most" not in page


def test_a_score_of_an_older_model_says_so(ada: TestClient) -> None:
    page = ada.get(f"/people-ops/tutors/{a_scored_tutor(model=True, fallback='model_broken')}").text
    assert "the one before it speaks" in page


def test_groups_are_compared_by_odds_and_a_notice_needs_no_weight() -> None:
    notice = a_factor("notice", "Gave notice; days to the last one", unit="days", value=20, log_odds=None)
    logins = a_factor("engagement", "Logins in 7 days", value=2.0, log_odds=0.7)
    found = model_reasons([notice, logins, {"name": "no_show_risk", "points": 4}])
    assert [(one.name, one.text, one.value) for one in found] == [
        ("Notice", "", 100.0),
        ("Engagement", "odds × 2.0", 100.0),
    ]
    assert model_reasons([]) == []


@pytest.mark.parametrize(
    ("unit", "value", "said"),
    [
        ("yes/no", 1.0, "So it is: yes"),
        ("yes/no", 0.0, "So it is: no"),
        ("%", -40.0, "So it is: -40 %"),
        ("days", 1.0, "So it is: 1 day"),
        ("days", 2.0, "So it is: 2 days"),
    ],
)
def test_a_fact_is_said_in_its_unit(unit: str, value: float, said: str) -> None:
    (found,) = model_reasons([a_factor("tenure", "So it is", unit=unit, value=value, log_odds=1.0)])
    assert found.note.replace("\N{MINUS SIGN}", "-") == said
