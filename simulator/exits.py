"""How tutors leave: an intent with a lead time, then a notice, silence or a fade; or without a sign."""

from dataclasses import dataclass

import numpy as np

from simulator import chance
from simulator.columns import Flags, Floats, Keys
from simulator.engagement import FADING, NEVER, RESIGNING, STAYING, Life, strain
from simulator.profiles import Profile, Span
from simulator.tutors import CHURNER, TROUBLES, Tutors

CAUSES = ("none", *TROUBLES, "first_session", "no_signal")
NONE, FIRST_SESSION, NO_SIGNAL = 0, len(TROUBLES) + 1, len(TROUBLES) + 2
SHADOW = 21  # days in which a failed first session can be the cause
MONTH = 30.0


@dataclass(frozen=True)
class Turns:
    """What happened today that the platform gets to know, one flag a tutor."""

    notice: Flags  # resigned; the last day is `Life.gone_from`
    leave_began: Flags
    leave_ended: Flags


def live_out(life: Life, tutors: Tutors, key: Keys, *, day: int, profile: Profile) -> Turns:
    """One day of intents, recoveries, notices, exits and leaves."""
    here = (life.gone_from > day) & (tutors.joined <= day)
    _begin(life, tutors, key, here=here, day=day, profile=profile)
    _recover(life, key, profile=profile)
    notice = here & (life.intent == RESIGNING) & (life.left <= life.notice) & (life.gone_from >= NEVER)
    life.gone_from = np.where(notice, day + 1 + np.floor(life.left), life.gone_from)
    life.left = np.where(life.intent == STAYING, life.left, life.left - 1)
    _end(life, key, day=day, profile=profile)
    began, ended = _leave(life, key, here=here, day=day, profile=profile)
    return Turns(notice=notice, leave_began=began, leave_ended=ended)


def shaken(life: Life, *, day: int) -> Flags:
    """Who had a first session fail within the last weeks."""
    return np.asarray(day - life.poor_first < SHADOW)


def _begin(life: Life, tutors: Tutors, key: Keys, *, here: Flags, day: int, profile: Profile) -> None:
    exits = profile.exits
    hazard = (exits.intents_per_month / MONTH) * np.exp(
        np.clip(exits.strain_effect * strain(life, profile=profile) + tutors.frailty, -3, 3)
    )
    begins = here & (life.intent == STAYING) & (chance.uniform(key, "intent") < hazard)
    kinds = np.array([exits.kinds[name] for name in ("resign", "silent", "fade")])
    lead = _within(exits.lead, chance.uniform(key, "lead"))
    shadowed = shaken(life, day=day) & (chance.uniform(key, "cause") < exits.first_session_cause)
    life.intent = np.where(begins, 1 + chance.choice(key, "kind of exit", weights=kinds), life.intent)
    life.lead, life.left = np.where(begins, lead, life.lead), np.where(begins, lead, life.left)
    life.notice = np.where(begins, _within(exits.notice, chance.uniform(key, "notice")), life.notice)
    life.cause = np.where(begins, np.where(shadowed, FIRST_SESSION, 1 + tutors.trouble), life.cause)
    sudden = here & ~begins & (chance.uniform(key, "sudden") < exits.without_signal_per_month / MONTH)
    sudden &= life.gone_from >= NEVER
    life.gone_from = np.where(sudden, day + 1.0, life.gone_from)
    life.cause = np.where(sudden, NO_SIGNAL, life.cause)


def _recover(life: Life, key: Keys, *, profile: Profile) -> None:
    """Some think better of it, as long as they have not said that they go."""
    recovers = (life.intent != STAYING) & (life.gone_from >= NEVER)
    eased = np.exp(profile.effects.recovery * life.relief)
    recovers &= chance.uniform(key, "recovery") < profile.exits.recovery_per_day * eased
    life.intent = np.where(recovers, STAYING, life.intent)
    life.faded &= ~recovers
    life.cause = np.where(recovers, NONE, life.cause)
    life.lead, life.left = np.where(recovers, NEVER, life.lead), np.where(recovers, NEVER, life.left)


def _end(life: Life, key: Keys, *, day: int, profile: Profile) -> None:
    over = (life.intent != STAYING) & (life.left <= 0) & (life.gone_from >= NEVER)
    fades = over & (life.intent == FADING)
    ends = fades & life.faded & (chance.uniform(key, "faded end") < profile.exits.faded_end_per_day)
    life.faded |= fades
    life.gone_from = np.where((over & ~fades) | ends, day + 1.0, life.gone_from)


def _leave(life: Life, key: Keys, *, here: Flags, day: int, profile: Profile) -> tuple[Flags, Flags]:
    """Leaves, announced or not; whose announced one begins, and whose ends."""
    leaves = profile.leaves
    back = here & life.approved & (life.away_until == day)
    free = here & (life.away_until <= day) & (life.archetype != CHURNER)
    drawn = chance.uniform(key, "leave")
    announced = free & (drawn < leaves.approved_per_day)
    unannounced = free & ~announced & (drawn < leaves.approved_per_day + leaves.undeclared_per_day)
    length = chance.uniform(key, "length of leave")
    until = (
        day
        + 1
        + np.floor(np.where(announced, _within(leaves.approved, length), _within(leaves.undeclared, length)))
    )
    life.away_until = np.where(announced | unannounced, until, life.away_until)
    life.approved = np.where(announced | unannounced, announced, life.approved & (life.away_until >= day))
    return announced, back


def _within(span: Span, drawn: Floats) -> Floats:
    return np.asarray(span.least + (span.most - span.least) * drawn)
