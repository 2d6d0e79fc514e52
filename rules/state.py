"""How a rule's truth becomes one firing and not a hundred: for, cool-down, once per, escalate, resolve.

Pure and clock-free: the caller says what time it is, keeps the state, and so production, backtest
and the tests in the book share this code. A step first looks (`look`), then the caller, who also asks
the guards, settles it (`fired`, `held`, `escalated`, `resolved`).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from retention.vocabulary import Trigger
from rules.book import Cooldown, Missing, Rule, Status

PERIODS = {Trigger.HOURLY: timedelta(hours=1), Trigger.DAILY_ROLLUP: timedelta(days=1)}
HANDLED_FOR = timedelta(days=180)  # in which a session is spoken of once; so late no word on it is expected
LONGEST_GAP = 2  # periods; time in which nobody looked is not counted towards `for`


class Wish(StrEnum):
    """What a rule would do now if nobody objects."""

    NOTHING = "nothing"
    FIRE = "fire"
    ESCALATE = "escalate"
    RESOLVE = "resolve"


class RuleState(BaseModel):
    """What is remembered of one rule for one tutor."""

    model_config = ConfigDict(frozen=True)

    digest: str = ""  # of the condition that this state belongs to
    last_seen: AwareDatetime | None = None  # last time the condition was true
    true_for: timedelta = timedelta(0)
    episode: int = 0  # number of the rule's latest episode, counted over all rules of the tutor
    opened_at: AwareDatetime | None = None  # of the running episode; None: none is running
    escalated: bool = False
    fired_at: tuple[AwareDatetime, ...] = ()  # firings that a cool-down may still ask about
    handled: tuple[str, ...] = ()  # once_per values that are done, or cases that have been told
    handled_at: tuple[AwareDatetime, ...] = ()  # when, of the last of them: it was not always kept
    caseless: bool = False  # the running episode has no case: left out by lot, or an alert alone
    held: str = ""  # the reason recorded last, so that a standing one is recorded once
    on_trial_since: AwareDatetime | None = None  # what it has done since then has started nothing

    def when_handled(self) -> list[tuple[str, datetime | None]]:
        """Each handled value with its time, the oldest first; None: not kept."""
        unknown = [None] * (len(self.handled) - len(self.handled_at))
        return list(zip(self.handled, [*unknown, *self.handled_at], strict=True))


def begin(rule: Rule, state: RuleState | None, *, at: datetime) -> RuleState:
    """The state to go on with: a rule whose condition was edited begins a new episode."""
    if state is None:
        return RuleState(digest=rule.digest, on_trial_since=at if _is_on_trial(rule) else None)
    if state.digest == rule.digest:
        return state
    afresh = resolved(_off_trial(rule, state))
    if _is_on_trial(rule) and not was_on_trial(rule, state):
        afresh = afresh.model_copy(update={"on_trial_since": at})
    return afresh.model_copy(update={"digest": rule.digest})


def was_on_trial(rule: Rule, state: RuleState) -> bool:
    """Whether a state comes of a rule in shadow; one that was kept before that was noted shows its digest."""
    if state.on_trial_since is not None:
        return True
    return state.digest == (rule.digest if _is_on_trial(rule) else rule.twin_digest)


def _is_on_trial(rule: Rule) -> bool:
    return rule.status is Status.SHADOW


def _off_trial(rule: Rule, state: RuleState) -> RuleState:
    """Without what was done on trial, once the rule acts: that has reached nobody, and makes nobody rest."""
    if _is_on_trial(rule) or not was_on_trial(rule, state):
        return state
    since = state.on_trial_since
    if since is None:
        return state.model_copy(update={"fired_at": (), "handled": (), "handled_at": ()})
    acted = [one for one in state.when_handled() if one[1] is None or one[1] < since]
    return state.model_copy(
        update={
            "fired_at": tuple(it for it in state.fired_at if it < since),
            "handled": tuple(value for value, _ in acted),
            "handled_at": tuple(at for _, at in acted if at is not None),
            "on_trial_since": None,
        }
    )


def look(
    rule: Rule,
    state: RuleState,
    *,
    holds: bool | None,
    resolves: bool | None,
    at: datetime,
    counts: bool = True,
) -> tuple[RuleState, Wish]:
    """One evaluation: what is remembered now, and what the rule would do. Unknown never fires or resolves.

    `counts`: whether the clock of `for` hears of it, as at the end of an hour or a day; else it is only read.
    """
    if counts:
        state = _counted(rule, state, holds=holds, at=at)
    if state.opened_at is not None:
        return state, _wish_of_running(rule, state, holds=holds, resolves=resolves, at=at)
    if holds and state.true_for >= rule.lasting:
        return state, Wish.FIRE
    if holds is False and state.held:
        state = state.model_copy(update={"held": ""})
    return state, Wish.NOTHING


def _wish_of_running(
    rule: Rule, state: RuleState, *, holds: bool | None, resolves: bool | None, at: datetime
) -> Wish:
    over = holds is False if rule.resolve_when is None else (resolves is True and holds is not True)
    if over:
        return Wish.RESOLVE
    assert state.opened_at is not None
    if state.caseless and rule.alert is not None and rule.then is not None and holds:
        return Wish.FIRE  # the alert stands; the case beside it was held back, and may start now
    lasted = holds and state.true_for >= rule.lasting
    if rule.again_after and lasted and at - state.opened_at >= rule.again_after:
        return Wish.FIRE  # a new episode; the guards say whether the case of the last one is over
    due = rule.escalate is not None and at - state.opened_at >= rule.escalate.after
    return Wish.ESCALATE if due and holds and not state.escalated else Wish.NOTHING


def _counted(rule: Rule, state: RuleState, *, holds: bool | None, at: datetime) -> RuleState:
    if not rule.lasting:  # nothing is counted, so nothing needs to be stored at every look
        return state
    if holds is None and rule.missing is Missing.HOLD:
        return state if state.last_seen is None else state.model_copy(update={"last_seen": None})
    if not holds:
        return state.model_copy(update={"true_for": timedelta(0), "last_seen": None})
    passed = at - state.last_seen if state.last_seen is not None else timedelta(0)
    counted = passed if timedelta(0) < passed <= longest_gap(rule) else timedelta(0)
    return state.model_copy(update={"true_for": state.true_for + counted, "last_seen": at})


def longest_gap(rule: Rule) -> timedelta:
    """The longest pause between two looks that still counts as watched."""
    return LONGEST_GAP * max(
        (PERIODS[it] for it in rule.triggers if it in PERIODS), default=timedelta(days=1)
    )


def cooling(rule: Rule, states: Iterable[tuple[Rule, RuleState]], *, at: datetime) -> datetime | None:
    """Until when the rule must rest after the last firings of its groups, or None when it may fire."""
    known = list(states)
    ends = [end for one in rule.cooldowns if (end := _resting(one, known, at=at)) is not None]
    return max(ends, default=None)


def _resting(group: Cooldown, states: Iterable[tuple[Rule, RuleState]], *, at: datetime) -> datetime | None:
    firings = sorted(
        fired
        for other, state in states
        for fired in state.fired_at
        if any(one.group == group.group for one in other.cooldowns)
    )
    recent = [fired for fired in firings if at - fired < group.within]
    return recent[-group.max] + group.within if len(recent) >= group.max else None


def fired(
    state: RuleState,
    *,
    at: datetime,
    episode: int,
    once: str | None,
    counted_for: timedelta,
    caseless: bool = False,
) -> RuleState:
    """After a firing: a running episode, or one more value that is done. `caseless`: it has no case.

    `counted_for`: how long a cool-down may ask about this firing; none may where it is zero.
    """
    firings = (*_recent(state.fired_at, at, counted_for), at) if counted_for else ()
    changes = {"episode": episode, "held": "", "escalated": False, "fired_at": firings, "caseless": caseless}
    if once is not None:
        return done(state.model_copy(update=changes), once, at=at)
    return state.model_copy(update={**changes, "opened_at": at})


def _recent(firings: tuple[datetime, ...], at: datetime, within: timedelta) -> tuple[datetime, ...]:
    return tuple(it for it in firings if at - it < within)


def held(state: RuleState, reason: str) -> RuleState:
    """After a suppression that may end: the rule tries again at its next moment."""
    return state.model_copy(update={"held": reason})


def done(state: RuleState, once: str, *, at: datetime) -> RuleState:
    """This value is done: it has fired, went into an open case, or is the case that was told.

    Values from so long ago that nothing more is expected about them are not kept.
    """
    unknown = at if state.on_trial_since is None else state.on_trial_since - timedelta.resolution
    known = [(value, when or unknown) for value, when in state.when_handled()]
    kept = [(value, when) for value, when in known if at - when < HANDLED_FOR] + [(once, at)]
    return state.model_copy(
        update={
            "handled": tuple(value for value, _ in kept),
            "handled_at": tuple(when for _, when in kept),
        }
    )


def escalated(state: RuleState) -> RuleState:
    """After the one escalation of an episode."""
    return state.model_copy(update={"escalated": True, "held": ""})


def resolved(state: RuleState) -> RuleState:
    """After the end of an episode."""
    return state.model_copy(
        update={
            "opened_at": None,
            "escalated": False,
            "caseless": False,
            "true_for": timedelta(0),
            "last_seen": None,
            "held": "",
        }
    )
