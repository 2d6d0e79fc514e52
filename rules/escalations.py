"""Whom an escalation reaches: whoever is asked something about the tutor already, else a review is opened."""

from collections.abc import Callable
from dataclasses import dataclass

from retention.vocabulary import Programme
from rules import guards
from rules.conflicts import lead
from rules.guards import Candidate, HeldBack
from rules.state import RuleState

# What an escalation waits for. It begins no programme, so nothing else holds it back.
OF_ESCALATIONS: tuple[Callable[[Candidate], HeldBack | None], ...] = (
    guards.churned,
    guards.leave,
    guards.snooze,
)


@dataclass(frozen=True)
class Escalation:
    """Where it goes: into an open case whose task is raised, or into a case of its own."""

    into: str | None = None
    opens: str | None = None


def not_yet(asked: Candidate) -> HeldBack | None:
    """What an escalation waits for, if anything."""
    return next((held for guard in OF_ESCALATIONS if (held := guard(asked)) is not None), None)


def escalation(asked: Candidate, state: RuleState) -> Escalation:
    """The case of the episode itself if a person is asked something in it; else the one that leads of those
    in which somebody is; else a review is opened, so that nobody overlooks it."""
    asking = [case for case in asked.waiting if case.has_task]
    own = next((case for case in asking if case.case_id == _case_of(asked, state)), None)
    chosen = own or lead(asked.conflicts, asking)
    if chosen is not None:
        return Escalation(into=chosen.case_id)
    number = asked.situation.tutor_number
    return Escalation(opens=review_of(number, str(state.episode)))


def review_of(tutor_number: int, episode: str) -> str:
    """The case that reviews an episode; episodes are counted over all rules of a tutor."""
    return f"{Programme.ESCALATION_REVIEW}/{tutor_number}/{episode}"


def _case_of(asked: Candidate, state: RuleState) -> str | None:
    if asked.rule.then is None or state.caseless:
        return None
    return f"{asked.rule.then.programme}/{asked.situation.tutor_number}/{state.episode}"
