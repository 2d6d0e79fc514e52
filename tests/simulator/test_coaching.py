"""The made-up managers answer coaching tasks with a mix, and never before there is something to say."""

from collections import Counter
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from retention import calendars
from simulator import coaching
from simulator.pages import Form

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)  # a Friday afternoon


def ends_of(*ends: str) -> Counter[str]:
    return Counter(coaching.chosen(list(ends), str(uuid4())) for _ in range(1_000))


@pytest.mark.parametrize(
    ("ends", "usual", "share"),
    [
        (("accepted", "declined", "not_needed"), "accepted", 0.8),
        (("held", "tutor_no_show", "rescheduled"), "held", 0.8),
        (("time_agreed", "tutor_declined", "unreachable"), "time_agreed", 0.6),
    ],
)
def test_the_usual_answer_is_given_mostly_and_every_other_at_times(
    ends: tuple[str, ...], usual: str, share: float
) -> None:
    found = ends_of(*ends)
    assert set(found) == set(ends)
    assert found[usual] / 1_000 == pytest.approx(share, abs=0.06)  # five standard errors


def test_the_same_task_is_answered_the_same_way() -> None:
    form = Form(
        "", choices={"outcome": ["held", "rescheduled"]}, texts=["went_well", "actions-1", "actions-2"]
    )
    assert coaching.answers(form, "task-1", now=NOW) == coaching.answers(form, "task-1", now=NOW)


def test_a_time_agreed_on_the_telephone_is_in_office_hours_of_a_working_day() -> None:
    office = calendars.office()
    form = Form("", choices={"outcome": ["time_agreed"]}, texts=["agreed_at"])
    for number in range(50):
        at = datetime.fromisoformat(coaching.answers(form, f"task-{number}", now=NOW)["agreed_at"])
        assert at.date() == datetime(2026, 11, 24).date()  # noqa: DTZ001 (a wall-clock day)
        assert office.opens <= at.hour < office.closes


def test_only_what_the_page_asks_for_is_answered() -> None:
    form = Form("", choices={"outcome": ["looked_at"]}, texts=["remark"], ticks=["action_1_done"])
    given = coaching.answers(form, "task-1", now=NOW)
    assert {"outcome", "remark"} <= set(given) <= {"outcome", "remark", "action_1_done"}
