"""What counts as acted upon and as carried out, of a case that is over (PRD 4.4)."""

from retention.vocabulary import Outcome

DECLINED = frozenset({Outcome.DECLINED_BY_MANAGER, Outcome.NO_ACTION_NEEDED})
# Nobody was late or unwilling: the case lost its reason.
LOST_ITS_REASON = frozenset(
    {
        Outcome.NOT_NEEDED,
        Outcome.RECOVERED_BY_ITSELF,
        Outcome.SUPERSEDED,
        Outcome.WITHDRAWN,
        Outcome.CHURNED,
    }
)
CAME_TO_NOTHING = LOST_ITS_REASON | {Outcome.DECLINED_BY_TUTOR, Outcome.EXPIRED}  # unless it acted before


def accepted(outcome: Outcome, *, needs_people: bool, done_by_people: bool) -> bool | None:
    """Whether somebody acted upon the recommendation; None when nobody could say yes or no.

    `done_by_people`: somebody has completed a task of the case.
    """
    if outcome in DECLINED:
        return False
    if not needs_people or outcome is Outcome.NOT_NEEDED:
        return None
    if done_by_people:
        return True
    return None if outcome in LOST_ITS_REASON else False


def completed(outcome: Outcome, *, begun: bool, acted: bool) -> bool | None:
    """Whether what was begun was carried out whole; None when it was not begun.

    `acted`: the intervention itself happened, i.e. the call was held, the letter was sent.
    """
    if acted:
        return True
    return outcome not in CAME_TO_NOTHING if begun else None


def begun(outcome: Outcome, *, needs_people: bool, accepted: bool | None) -> bool:
    """Whether there was something to carry out: accepted by people, or due by itself."""
    return accepted is True if needs_people else outcome not in LOST_ITS_REASON | DECLINED
