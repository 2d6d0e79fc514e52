"""The demo's staff looks at alerts once an hour and acts through the pages."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from retention import demo, policy
from retention.demo import Person
from retention.records.alerts import Alert
from retention.vocabulary import Role
from simulator import alert_round, habits
from simulator.alert_round import EVERY, LEFT_ALONE, AlertRound, noticed_in
from simulator.people import StaffMember
from tests.factories.alerts import every, firings, follow, raised
from tests.factories.people import PASSWORD
from tests.web.conftest import account, email_of
from web.application import pages

ADA = Person("Ada Byron", email_of("Ada Byron"), Role.PEOPLE_OPS)
NOW = datetime.now(UTC)
LATER = timedelta(days=1)


@pytest.fixture
def ada(data: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[AlertRound]:
    """Ada alone, who leaves nothing to others and says a word of everything."""
    for share in ("RATED", "ENDED"):
        monkeypatch.setattr(alert_round, share, 1.0)
    monkeypatch.setattr(alert_round, "LEFT_ALONE", 0.0)
    account()
    with TestClient(pages()) as client:
        member = StaffMember("http://testserver", ADA.email, PASSWORD, transport=client._transport)
        yield AlertRound(member, ADA, (ADA,))


def goes(ada: AlertRound, now: datetime) -> int:
    """Do what is to be done; how much that was."""
    acts = ada.acts(now)
    for act in acts:
        act()
    return len(acts)


def test_an_alert_is_acknowledged_after_it_has_stood_for_a_while(ada: AlertRound) -> None:
    alert = raised(at=NOW)
    assert goes(ada, NOW) == 0
    assert goes(ada, NOW + noticed_in(str(alert.id)) + EVERY) == 1
    (seen,) = every(Alert)
    assert (seen.state, seen.assignee) == ("acknowledged", account().id)


def test_she_looks_once_an_hour(ada: AlertRound) -> None:
    raised(at=NOW)
    goes(ada, NOW)
    goes(ada, NOW + LATER)
    raised(at=NOW)
    assert goes(ada, NOW + LATER + EVERY - timedelta(seconds=1)) == 0


def test_she_comes_back_to_rate_and_to_end_it(ada: AlertRound) -> None:
    raised(at=NOW)
    for days in (0, 1, 2):
        goes(ada, NOW + days * LATER)
    (over,) = every(Alert)
    assert over.state == "resolved"
    assert over.useful is not None
    assert over.ended in alert_round.ENDS


def test_a_storm_is_acknowledged_as_a_whole(ada: AlertRound) -> None:
    follow(firings(policy.ALERT_STORM_FROM, at=NOW), at=NOW)
    goes(ada, NOW)
    assert goes(ada, NOW + LATER) == 1
    assert {alert.state for alert in every(Alert)} == {"acknowledged"}


def test_before_going_home_she_acknowledges_what_is_hers_and_says_what_she_has_learnt(
    ada: AlertRound,
) -> None:
    raised(at=NOW)
    for acts in (ada.last_look, ada.last_words):
        for act in acts():
            act()
    (over,) = every(Alert)
    assert (over.state, over.useful is not None) == ("resolved", True)


def test_a_quarter_is_left_for_whoever_opens_the_demo() -> None:
    left = [number for number in range(4_000) if habits.drawn(str(number), "left alone") < LEFT_ALONE]
    assert len(left) / 4_000 == pytest.approx(LEFT_ALONE, abs=0.03)


def test_every_other_alert_falls_to_one_person_of_a_role() -> None:
    team = [person for person in demo.STAFF if person.role is Role.PEOPLE_OPS]
    assert all(sum(habits.is_theirs(str(n), one, team) for one in team) == 1 for n in range(200))
