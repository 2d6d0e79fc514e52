"""Which cases count as acted upon, and which as carried out."""

import pytest

from retention.measures.outcomes import accepted, begun, completed
from retention.vocabulary import Outcome


@pytest.mark.parametrize(
    ("outcome", "done_by_people", "expected"),
    [
        (Outcome.IMPROVED, True, True),
        (Outcome.CONTACTED_STUDENT, True, True),
        (Outcome.DECLINED_BY_MANAGER, True, False),
        (Outcome.NO_ACTION_NEEDED, True, False),  # looked at, and not acted upon
        (Outcome.DECLINED_BY_TUTOR, True, True),  # the manager had said yes
        (Outcome.EXPIRED, False, False),
        (Outcome.EXPIRED, True, True),
        (Outcome.NOT_NEEDED, True, None),
        (Outcome.RECOVERED_BY_ITSELF, False, None),
        (Outcome.CHURNED, False, None),
        (Outcome.CHURNED, True, True),
        (Outcome.WITHDRAWN, False, None),
    ],
)
def test_a_recommendation_is_accepted_when_somebody_acted_on_it(
    outcome: Outcome, done_by_people: bool, expected: bool | None
) -> None:
    assert accepted(outcome, needs_people=True, done_by_people=done_by_people) is expected


@pytest.mark.parametrize(
    ("outcome", "expected"), [(Outcome.IMPROVED, None), (Outcome.DECLINED_BY_MANAGER, False)]
)
def test_nobody_is_asked_about_an_automated_programme_but_a_manager_can_say_no(
    outcome: Outcome, expected: bool | None
) -> None:
    assert accepted(outcome, needs_people=False, done_by_people=False) is expected


@pytest.mark.parametrize(
    ("outcome", "was_begun", "acted", "expected"),
    [
        (Outcome.NO_CHANGE, True, True, True),
        (Outcome.CHURNED, True, True, True),  # the call was held before the tutor left
        (Outcome.CHURNED, True, False, False),
        (Outcome.DECLINED_BY_TUTOR, True, False, False),
        (Outcome.EXPIRED, True, False, False),
        (Outcome.CONTACTED_STUDENT, True, False, True),  # its task is all there is to it
        (Outcome.DECLINED_BY_MANAGER, False, False, None),
        (Outcome.SUPERSEDED, False, False, None),
    ],
)
def test_what_was_begun_is_complete_when_the_intervention_happened(
    outcome: Outcome, was_begun: bool, acted: bool, expected: bool | None
) -> None:
    assert completed(outcome, begun=was_begun, acted=acted) is expected


def test_an_automated_programme_is_begun_unless_it_lost_its_reason() -> None:
    assert begun(Outcome.EXPIRED, needs_people=False, accepted=None)
    assert not begun(Outcome.NOT_NEEDED, needs_people=False, accepted=None)
    assert not begun(Outcome.DECLINED_BY_MANAGER, needs_people=False, accepted=False)


def test_a_programme_of_people_is_begun_when_they_said_yes() -> None:
    assert begun(Outcome.IMPROVED, needs_people=True, accepted=True)
    assert not begun(Outcome.EXPIRED, needs_people=True, accepted=False)
