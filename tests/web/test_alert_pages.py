"""The pages of alerts: the list, one alert, a storm, what they are worth, and every act."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from retention import policy
from retention.records import audit
from retention.records.alerts import Alert, AlertStorm
from retention.records.database import transaction
from retention.vocabulary import AlertSeverity, OwnerGroup, Role, TaskKind
from tests.factories.alerts import EXPLANATION, every, firings, follow, raised, settles, the_alert
from tests.factories.cases import an_opened_case
from tests.web.conftest import Visitor, account, token_of

HERE = "/people-ops/alerts"
MOST_QUERIES = 4
HOUR = timedelta(hours=1)


def now() -> datetime:
    return datetime.now(UTC)


def an_alert(**changes: Any) -> Alert:
    return raised(changes.pop("tutor_number", None), **{"at": now() - HOUR, **changes})


def a_storm() -> int:
    follow(firings(policy.ALERT_STORM_FROM, at=now() - HOUR), at=now() - HOUR)
    (storm,) = every(AlertStorm)
    return int(storm.id)


def listed(browser: TestClient, **asked: str) -> list[int]:
    page = browser.get(HERE, params=asked)
    assert page.status_code == 200, page.text
    return [int(one) for one in re.findall(r'id="alert-(\d+)"', page.text)]


def does(browser: TestClient, alert: Alert | str, act: str, **form: str) -> Response:
    where = alert if isinstance(alert, str) else f"{HERE}/{alert.id}"
    return browser.post(f"{where}/{act}", data=form | {"form_token": token_of(browser)})


def after(browser: TestClient, answer: Response) -> str:
    """What the page says that an act leads to."""
    assert answer.status_code == 303, answer.text
    return browser.get(answer.headers["location"]).text


def acts_about(subject: str) -> list[str]:
    with transaction() as session:
        return [line.act for line in audit.lines_about(session, subject)][::-1]


def test_an_empty_list_says_so_and_what_to_expect(ada: TestClient) -> None:
    page = ada.get(HERE).text
    assert "Nothing new" in page
    assert "What a rule finds appears here by itself." in page
    assert "No alert matches" in ada.get(HERE, params={"severity": "low"}).text


def test_the_list_shows_each_tutor_with_their_alerts(ada: TestClient) -> None:
    high, critical = an_alert(), an_alert(severity=AlertSeverity.CRITICAL)
    assert listed(ada) == [critical.id, high.id]
    page = ada.get(HERE).text
    assert high.title in page
    assert 'class="count">2</span>' in page  # the view's own count


def test_the_form_of_filters_may_be_sent_as_it_is(ada: TestClient) -> None:
    alert = an_alert()
    empty = dict.fromkeys(("q", "severity", "category", "tier", "subject"), "")
    assert listed(ada, view="open", whose="group", **empty) == [alert.id]
    assert listed(ada, severity="critical") == []


def test_a_kind_is_a_link_that_narrows_the_list_and_leads_back(ada: TestClient) -> None:
    high, _ = an_alert(), an_alert(severity=AlertSeverity.LOW)
    narrow = f"{HERE}?view=open&amp;whose=group&amp;severity=high"
    assert f'href="{narrow}"' in ada.get(HERE).text
    page = ada.get(narrow.replace("&amp;", "&")).text
    assert f'id="alert-{high.id}"' in page
    assert page.count('id="alert-') == 1
    assert f'href="{HERE}?view=open&amp;whose=group" aria-current="true"' in page


def test_an_unknown_filter_is_refused(ada: TestClient) -> None:
    assert ada.get(HERE, params={"severity": "urgent"}).status_code == 422


def test_a_storm_is_one_line(ada: TestClient) -> None:
    storm = a_storm()
    page = ada.get(HERE).text
    assert f"{HERE}/storms/{storm}" in page
    assert f"{policy.ALERT_STORM_FROM} tutors at once" in page
    assert re.findall(r'id="alert-(\d+)"', page) == []


def test_a_managers_list_has_the_alerts_of_both_groups(visitor: Visitor, ada: TestClient) -> None:
    alert = an_alert(owner_group=OwnerGroup.OPS_MANAGER)
    assert listed(ada) == []
    assert listed(ada, whose="all") == [alert.id]
    assert listed(visitor("Grace Hopper", role=Role.OPS_MANAGER)) == [alert.id]


def test_the_list_asks_the_database_a_few_times_however_long_it_is(
    ada: TestClient, queries: list[str]
) -> None:
    for _ in range(6):
        an_alert()
    a_storm()
    queries.clear()
    assert ada.get(HERE).status_code == 200
    assert len(queries) <= MOST_QUERIES


def test_the_badge_counts_what_nobody_has_looked_at(ada: TestClient) -> None:
    assert ada.get(f"{HERE}/count").text == ""
    alert = an_alert()
    an_alert()
    assert ada.get(f"{HERE}/count").text.startswith("2")
    does(ada, alert, "acknowledge")
    assert ada.get(f"{HERE}/count").text.startswith("1")
    assert f'hx-get="{HERE}/count"' in ada.get("/people-ops/tasks").text


def test_an_alerts_page_says_why_what_is_advised_and_what_happened(ada: TestClient) -> None:
    with transaction() as session:
        case = an_opened_case(session, at=now() - HOUR, kind=TaskKind.NO_SHOW_CHECK)
    alert = an_alert(tutor_number=case.tutor_number, case_id=case.case_id)
    page = ada.get(f"{HERE}/{alert.id}").text
    assert str(EXPLANATION[0]["says"]) in page
    assert alert.advice in page
    assert "ALERT.no-shows" in page
    assert f"/people-ops/cases/{case.case_id}" in page
    assert "Raised" in page
    assert acts_about(f"alert/{alert.id}") == ["alert.viewed"]


def test_a_refresh_is_no_new_look(ada: TestClient) -> None:
    alert = an_alert()
    refreshed = ada.get(f"{HERE}/{alert.id}", headers={"hx-request": "true"}).text
    assert refreshed.lstrip().startswith('<div class="stack" id="alert"')
    assert acts_about(f"alert/{alert.id}") == []


@pytest.mark.parametrize("address", [f"{HERE}/77", f"{HERE}/storms/77"])
def test_what_is_not_there_is_not_found(ada: TestClient, address: str) -> None:
    assert ada.get(address).status_code == 404
    assert does(ada, address, "acknowledge").status_code == 404


def test_acknowledging_makes_it_mine(ada: TestClient) -> None:
    alert = an_alert()
    assert "Acknowledged." in after(ada, does(ada, alert, "acknowledge"))
    assert the_alert(alert.tutor_number).assignee == account().id
    assert listed(ada, view="mine") == [alert.id]
    assert acts_about(f"alert/{alert.id}") == ["alert.acknowledge", "alert.viewed"]


def test_who_is_second_reads_that_somebody_was_first(ada: TestClient, visitor: Visitor) -> None:
    alert = an_alert()
    does(visitor("Grace Hopper"), alert, "acknowledge")
    assert "Somebody was first" in after(ada, does(ada, alert, "acknowledge"))


def test_an_act_from_the_list_leads_back_to_the_list(ada: TestClient) -> None:
    alert = an_alert()
    back = f"{HERE}?view=open&severity=high"
    answer = does(ada, alert, "acknowledge", back=back)
    assert answer.headers["location"] == f"{back}&did=acknowledge&changed=1"


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere", "/people-ops/tasks"])
def test_an_act_leads_nowhere_else(ada: TestClient, back: str) -> None:
    alert = an_alert()
    assert does(ada, alert, "acknowledge", back=back).headers["location"].startswith(f"{HERE}/{alert.id}?")


def test_an_alert_is_given_to_a_colleague(ada: TestClient) -> None:
    alert, grace = an_alert(), account("Grace Hopper")
    page = after(ada, does(ada, alert, "assign", assignee=str(grace.id)))
    assert "Given on." in page
    assert "To Grace Hopper" in page
    assert does(ada, alert, "assign", assignee="999999").status_code == 404
    assert does(ada, alert, "assign").status_code == 422


def test_an_alert_is_put_aside_with_a_reason_and_taken_up_again(ada: TestClient) -> None:
    alert = an_alert()
    refused = does(ada, alert, "snooze", rest="tomorrow")
    assert refused.status_code == 422
    assert "Please answer this." in refused.text
    assert "Put aside." in after(ada, does(ada, alert, "snooze", rest="tomorrow", reason="On a trip."))
    assert listed(ada) == []
    assert listed(ada, view="snoozed") == [alert.id]
    assert "Taken up again." in after(ada, does(ada, alert, "wake"))
    assert listed(ada) == [alert.id]


def test_an_alert_is_resolved_with_how_it_ended(ada: TestClient) -> None:
    alert = an_alert()
    refused = does(ada, alert, "resolve", note="We talked.")
    assert refused.status_code == 422
    assert "We talked." in refused.text  # what was typed is kept
    page = after(ada, does(ada, alert, "resolve", ended="dealt_with", note="We talked."))
    assert "Resolved." in page
    assert "Dealt with: We talked." in page
    assert listed(ada) == []
    assert listed(ada, view="resolved") == [alert.id]


@pytest.mark.parametrize("ended", ["settled", "tutor_left", "rule_changed", "whatever"])
def test_nobody_claims_an_end_that_comes_by_itself(ada: TestClient, ended: str) -> None:
    alert = an_alert()
    assert does(ada, alert, "resolve", ended=ended).status_code == 422
    assert the_alert(alert.tutor_number).state == "open"


def test_what_the_facts_have_settled_says_so(ada: TestClient) -> None:
    alert = an_alert()
    settles(alert.tutor_number, at=now())
    page = ada.get(f"{HERE}/{alert.id}").text
    assert "Its facts no longer hold." in page
    assert "Open it again" not in page
    assert "it is over already" in after(ada, does(ada, alert, "resolve", ended="dealt_with"))


def test_an_end_is_taken_back(ada: TestClient) -> None:
    alert = an_alert()
    does(ada, alert, "resolve", ended="nothing_to_do")
    assert "Open it again" in ada.get(f"{HERE}/{alert.id}").text
    page = after(ada, does(ada, alert, "reopen"))
    assert "End taken back" in page
    assert listed(ada) == [alert.id]
    assert does(ada, alert, "reopen").status_code == 422


def test_was_this_useful_counts_for_the_rule(ada: TestClient) -> None:
    first, second = an_alert(), an_alert()
    assert does(ada, first, "rate").status_code == 422
    page = after(ada, does(ada, first, "rate", useful="no", why="Known."))
    assert "your word counts for the rule" in page
    assert "No, said Ada Byron" in page
    does(ada, second, "resolve", ended="false_alarm")
    figures = ada.get(f"{HERE}/figures").text
    assert re.search(r"<code>ALERT.no-shows</code></th>.*?>100 %<.*?34–100 %", figures, re.DOTALL)


def test_without_alerts_there_is_nothing_to_be_worth(ada: TestClient) -> None:
    page = ada.get(f"{HERE}/figures").text
    assert "No rule has raised an alert" in page
    assert f"At most {policy.ALERT_LINES} a day can be read in 15 minutes" in page


def test_a_storm_is_acknowledged_given_and_ended_as_a_whole(ada: TestClient) -> None:
    storm, grace = a_storm(), account("Grace Hopper")
    where = f"{HERE}/storms/{storm}"
    page = ada.get(where).text
    assert "look for a common cause first" in page
    assert len(re.findall(r'id="alert-\d+"', page)) == policy.ALERT_STORM_FROM
    assert f"Acknowledged. {policy.ALERT_STORM_FROM} alerts." in after(ada, does(ada, where, "acknowledge"))
    assert "Given on." in after(ada, does(ada, where, "assign", assignee=str(grace.id)))
    assert does(ada, where, "resolve").status_code == 422
    after(ada, does(ada, where, "resolve", ended="nothing_to_do", note="The platform was down."))
    assert {alert.ended for alert in every(Alert)} == {"nothing_to_do"}
    assert acts_about(f"storm/{storm}")[1] == "alert.acknowledge"


def test_alerts_stand_on_the_tutors_page_and_in_the_story(ada: TestClient) -> None:
    alert = an_alert()
    address = f"/people-ops/tutors/{alert.tutor_number}"
    page = ada.get(address).text
    assert f"{HERE}/{alert.id}" in page.split('id="timeline"')[0]
    assert f"Alert raised: {alert.title}" in page
    settles(alert.tutor_number, at=now())
    page = ada.get(address, params={"show": "alerts"}).text
    assert f"Alert resolved: {alert.title}" in page
    assert 'id="alerts-title"' not in page


def test_tutors_and_students_never_see_an_alert(visitor: Visitor) -> None:
    alert = an_alert()
    for role in (Role.TUTOR, Role.STUDENT):
        browser = visitor(role=role)
        for address in (HERE, f"{HERE}/{alert.id}", f"{HERE}/count", f"{HERE}/figures"):
            answer = browser.get(address)
            assert answer.status_code == 403
            assert alert.title not in answer.text
