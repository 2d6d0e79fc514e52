"""How programmes fare over a period: begun, accepted, carried out, how soon, and what came of it. Staff only.

A period is of cases opened in it, so a case that is still open counts as begun and nothing more.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from retention import policy
from retention.measures.shares import Difference, Share, difference_of, share_of
from retention.programmes.registry import PROGRAMMES
from retention.records.database import Session
from retention.vocabulary import Arm, Programme

BEGUN = """
SELECT c.programme, count(*) AS begun, count(o.case_id) AS closed,
    count(*) FILTER (WHERE o.accepted) AS accepted, count(o.accepted) AS asked,
    count(*) FILTER (WHERE o.completed) AS completed, count(o.completed) AS to_complete,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY o.office_time_to_action) AS office_time,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY o.first_action_at - o.opened_at) AS elapsed,
    count(o.first_action_at) AS acted
FROM cases c LEFT JOIN case_outcomes o ON o.case_id = c.case_id
WHERE c.opened_at >= :since AND c.opened_at < :until GROUP BY c.programme
"""
OUTCOMES = """
SELECT programme, outcome, count(*) AS cases FROM case_outcomes
WHERE opened_at >= :since AND opened_at < :until GROUP BY programme, outcome
ORDER BY programme, cases DESC, outcome
"""
# One exposure a tutor, the first of all, wherever the period lies: whom it helped is not exposed again,
# one whom it did not help is, and so is every holdout; from the second one on the arms are no longer alike.
ARMS = """
WITH first AS (
    SELECT DISTINCT ON (programme, tutor_number) programme, arm,
        coalesce(case_id, 'holdout/' || decision_id) AS subject, at
    FROM exposures ORDER BY programme, tutor_number, at, decision_id
)
SELECT f.programme, f.arm, count(*) AS exposed,
    count(*) FILTER (WHERE e.verdict <> 'not_measurable') AS measured,
    count(*) FILTER (WHERE e.verdict = 'improved') AS improved,
    count(*) FILTER (WHERE e.verdict = 'not_measurable') AS not_measurable
FROM first f LEFT JOIN effect_figures e ON e.subject = f.subject AND e.day = :day
WHERE f.at >= :since AND f.at < :until GROUP BY f.programme, f.arm
"""
RAW = """
SELECT o.programme, count(*) AS measured, count(*) FILTER (WHERE e.verdict = 'improved') AS improved
FROM case_outcomes o JOIN effect_figures e ON e.subject = o.case_id AND e.day = :day
WHERE o.opened_at >= :since AND o.opened_at < :until AND e.verdict <> 'not_measurable'
GROUP BY o.programme
"""


NOBODY = share_of(0, 0)


@dataclass(frozen=True)
class Begun:
    """The counts of one programme's cases, as the statement names them."""

    begun: int = 0
    closed: int = 0
    accepted: int = 0
    asked: int = 0
    completed: int = 0
    to_complete: int = 0
    office_time: timedelta | None = None
    elapsed: timedelta | None = None
    acted: int = 0


@dataclass(frozen=True)
class Exposed:
    """One arm of a programme: tutors, and what became of them by the day that was fixed beforehand."""

    tutors: int = 0
    not_measurable: int = 0
    improved: Share = NOBODY  # of those measured; who has churned is among them


@dataclass(frozen=True)
class Impact:
    """The two arms, and what may be claimed."""

    day: int
    treated: Exposed
    holdout: Exposed
    difference: Difference


@dataclass(frozen=True)
class ProgrammeFigures:
    """One programme over a period."""

    programme: Programme
    needs_people: bool
    begun: int
    closed: int
    accepted: Share  # of those that somebody could accept or decline
    completed: Share  # of those that were begun and are over
    acted: int  # cases behind the two medians
    office_time: timedelta | None  # median, opening to first action, in office hours
    elapsed: timedelta | None  # the same on the wall clock
    outcomes: Sequence[tuple[str, int]]
    impact: Impact | None  # None: nobody is left without it
    raw: Share  # improved by day 30 after the close, of those measured; no claim can be made from it


def programmes(session: Session, *, since: datetime, until: datetime) -> list[ProgrammeFigures]:
    """The figures of every programme that has begun a case or exposed a tutor, in the registry's order."""
    period = {"since": since, "until": until}
    counts = [dict(row) for row in session.execute(text(BEGUN), period).mappings()]
    begun = {row.pop("programme"): Begun(**row) for row in counts}
    outcomes = defaultdict[str, list[tuple[str, int]]](list)
    for row in session.execute(text(OUTCOMES), period):
        outcomes[row.programme].append((row.outcome, row.cases))
    arms = _arms(session, period)
    raw = session.execute(text(RAW), period | {"day": policy.EFFECT_RAW_DAY})
    shares = {row.programme: share_of(row.improved, row.measured) for row in raw}
    return [
        _figures(programme, begun.get(programme, Begun()), outcomes[programme], arms=arms, raw=shares)
        for programme in PROGRAMMES
        if programme in begun or programme in arms
    ]


def _arms(session: Session, period: dict[str, datetime]) -> dict[str, dict[str, Exposed]]:
    found = defaultdict[str, dict[str, Exposed]](dict)
    for row in session.execute(text(ARMS), period | {"day": policy.EFFECT_CLAIM_DAY}):
        measured = share_of(row.improved, row.measured)
        found[row.programme][row.arm] = Exposed(row.exposed, row.not_measurable, measured)
    return found


def _figures(
    programme: Programme,
    counts: Begun,
    outcomes: Sequence[tuple[str, int]],
    *,
    arms: dict[str, dict[str, Exposed]],
    raw: dict[str, Share],
) -> ProgrammeFigures:
    entry = PROGRAMMES[programme]
    return ProgrammeFigures(
        programme=programme,
        needs_people=entry.needs_people,
        begun=counts.begun,
        closed=counts.closed,
        accepted=share_of(counts.accepted, counts.asked),
        completed=share_of(counts.completed, counts.to_complete),
        acted=counts.acted,
        office_time=counts.office_time,
        elapsed=counts.elapsed,
        outcomes=outcomes,
        impact=_impact(arms.get(programme, {})) if entry.holdout else None,
        raw=raw.get(programme, NOBODY),
    )


def _impact(arms: dict[str, Exposed]) -> Impact:
    treated, holdout = arms.get(Arm.TREATED, Exposed()), arms.get(Arm.HOLDOUT, Exposed())
    claim = difference_of(treated.improved, holdout.improved)
    return Impact(policy.EFFECT_CLAIM_DAY, treated, holdout, claim)
