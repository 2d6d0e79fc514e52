from datetime import UTC, datetime, timedelta

import pytest

from retention.vocabulary import TaskKind
from web.components import words
from web.components.viewpoint import Viewpoint

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("left", "text", "urgency"),
    [
        (timedelta(0), "Due in under a minute", "soon"),
        (-MINUTE, "Overdue 1 min", "over"),
        (timedelta(hours=-3), "Overdue 3 h", "over"),
        (timedelta(hours=2), "Due in 2 h", "later"),
        (timedelta(hours=2) - MINUTE, "Due in 1 h", "soon"),
        (timedelta(hours=24) - MINUTE, "Due in 23 h", "later"),
        (timedelta(hours=26), "Due Wed 14:00", "later"),
        (timedelta(days=12), "Due 6 Dec", "later"),
    ],
)
def test_a_due_date_says_how_much_time_is_left(
    noon: Viewpoint, left: timedelta, text: str, urgency: str
) -> None:
    due = words.due(noon.now + left)
    assert (due.text, due.urgency) == (text, urgency)


def test_a_task_may_say_itself_that_time_runs_short(noon: Viewpoint) -> None:
    assert words.due(noon.now + timedelta(hours=9), soon=True).urgency == "soon"


def test_times_are_shown_on_the_viewers_clock(noon: Viewpoint) -> None:
    summer = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert words.exact(summer) == "Wed 1 Jul 2026, 13:00 BST"
    assert words.moment(noon.now) == "12:00"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (4.0, "4"),
        (4.25, "4.2"),
        (1234.5, "1,234.5"),
        (100, "100"),
        (None, "–"),
        (0, "0"),
        (-0.04, "0"),
        (-0.06, "-0.1"),
    ],
)
def test_figures_carry_no_needless_decimals(number: float | None, text: str) -> None:
    assert words.plain(number) == text


@pytest.mark.parametrize("kind", list(TaskKind))
def test_every_task_kind_is_spoken_with_its_hyphen_where_it_has_one(kind: TaskKind) -> None:
    assert "_" not in words.spoken(kind)
    assert words.spoken(kind)[0].isupper()


@pytest.mark.parametrize(("name", "letters"), [("Marcus Bell", "MB"), ("Prince", "P"), ("", "?")])
def test_a_persons_chip_shows_their_initials(name: str, letters: str) -> None:
    assert words.initials(name) == letters
