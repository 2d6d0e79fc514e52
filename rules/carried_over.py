"""What a changed book does to what is running: states are carried over from one to the next.

A rule whose condition was edited, that was put on trial or taken off it, or that is judged no longer, ends
what it had begun, as its tutors came under words that are gone. Only while the case of an edited rule is open
and its new condition may hold as well, the episode goes on: nobody is asked the same twice (decision 35).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from retention.vocabulary import Programme
from rules.book import Book, Rule, Status
from rules.conditions import Part
from rules.fields import Sheet
from rules.reference import truth
from rules.situation import Situation
from rules.state import RuleState, begin, resolved, was_on_trial

REVIEW = Programme.ESCALATION_REVIEW


@dataclass(frozen=True)
class Ended:
    """An episode that ends with the words it was begun under, and not because of the tutor."""

    on_trial: bool  # it has started nothing
    case_id: str | None  # of the episode, if it had one


def stale(book: Book, states: Mapping[str, RuleState]) -> Iterator[tuple[str, Rule | None]]:
    """The rules whose states the book's words no longer fit; None: the book has no such rule."""
    for rule_id, state in states.items():
        rule = book.by_id.get(rule_id)
        if rule is None or not rule.is_judged:
            if resolved(state) != state:
                yield rule_id, rule
        elif state.digest != rule.digest:
            yield rule_id, rule


def begun(book: Book, states: Mapping[str, RuleState], *, at: datetime) -> dict[str, RuleState]:
    """The states with which a book begins: whatever was begun under other words is over."""
    return {**states, **{name: anew(rule, states[name], at=at) for name, rule in stale(book, states)}}


def anew(rule: Rule | None, state: RuleState, *, at: datetime) -> RuleState:
    """The state after its episode has ended with the words of before; firings still count for cool-downs."""
    if rule is None or not rule.is_judged:
        return resolved(state)
    return begin(rule, state, at=at)


def goes_on(rule: Rule | None, state: RuleState, situation: Situation, sheet: Sheet) -> bool:
    """Whether the episode of an edited rule goes on: its case is open, and the new words may fit as well."""
    if rule is None or not rule.is_judged or state.opened_at is None:
        return False
    if was_on_trial(rule, state) or rule.status is Status.SHADOW:
        return False
    is_open = next(_open_cases(situation, state), None) is not None
    return is_open and truth(rule.conditions[rule.id, Part.WHEN], sheet) is not False


def ended(rule: Rule, state: RuleState, situation: Situation) -> Ended:
    """What ends with the words of before; not to be asked where no episode was running."""
    if was_on_trial(rule, state):
        return Ended(on_trial=True, case_id=None)
    own = (case_id for case_id, programme in _open_cases(situation, state) if programme is not REVIEW)
    return Ended(on_trial=False, case_id=next(own, None) or _usual_case(rule, state, situation))


def _open_cases(situation: Situation, state: RuleState) -> Iterator[tuple[str, Programme]]:
    """The open cases of an episode, its review included; episodes are counted over all rules of a tutor."""
    of_episode = f"/{situation.tutor_number}/{state.episode}"
    for case in situation.open_cases:
        if case.case_id.endswith(of_episode):
            yield case.case_id, case.programme


def _usual_case(rule: Rule, state: RuleState, situation: Situation) -> str | None:
    if rule.then is None or rule.tells or state.caseless:
        return None
    return f"{rule.then.programme}/{situation.tutor_number}/{state.episode}"
