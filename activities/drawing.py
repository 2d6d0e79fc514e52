"""The capacity lottery: held when everybody who is due has been judged, over all who wait for a group."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from retention import calendars
from retention.measures.periods import measured_day
from retention.records import dirty_days, lotteries, moments, pasts
from retention.records.database import Session
from retention.records.lotteries import LotteryDraw
from retention.vocabulary import OwnerGroup, Programme, Trigger
from rules.lottery import Draw, Entrant, draw
from rules.workload import case_hours, hours_a_day

Row = Mapping[str, Any]


def hold(session: Session, as_of: datetime) -> int:
    """Draw everybody who waits today, and have them judged again; how many tutors those are.

    On days off nobody is drawn: what comes up then is drawn with the next working day's.
    """
    calendar = calendars.office()
    day = calendars.working_day(calendar, as_of)
    if not calendars.works_at(calendar, as_of):
        return 0
    waiting = lotteries.waiting(session, day)
    if not waiting:
        return 0
    since = calendars.day_begins(calendar, day)
    begun = lotteries.begun_since(session, since)
    staff = hours_a_day(pasts.staff_by_group(session))
    for group, rows in _by_group(waiting).items():
        spent = [case_hours(Programme(programme)) for owner, programme in begun if owner is group]
        _hold_one(session, group, rows, hours=staff[group], spent=spent, day=day, at=as_of)
    return _to_be_judged(session, {row["tutor_number"] for row in waiting}, as_of)


def _hold_one(
    session: Session,
    group: OwnerGroup,
    rows: Sequence[Row],
    *,
    hours: float,
    spent: Sequence[float],
    day: date,
    at: datetime,
) -> None:
    left = hours - sum(spent)
    entrants = [
        Entrant(row["id"], row["tutor_number"], row["rule_id"], row["priority"], row["hours"]) for row in rows
    ]
    drawn: Draw = draw(entrants, hours_left=left, begun=bool(spent), day=day)
    kept = LotteryDraw(
        day=day,
        owner_group=group,
        drawn_at=at,
        pool=len(rows),
        places=drawn.places,
        hours=hours,
        hours_left=left,
    )
    lotteries.decide(session, kept, [asdict(one) for one in drawn.drawn])


def _by_group(rows: Sequence[Row]) -> dict[OwnerGroup, list[Row]]:
    found: defaultdict[OwnerGroup, list[Row]] = defaultdict(list)
    for row in rows:
        found[OwnerGroup(row["owner_group"])].append(row)
    return found


def _to_be_judged(session: Session, tutors: set[int], as_of: datetime) -> int:
    """Those who may begin do so, and what the others wait for is recorded, at the same instant."""
    day = measured_day(as_of)
    dirty_days.mark(session, [(number, day) for number in tutors], known_at=as_of)
    told = {"trigger": Trigger.DRAW, "session_id": None, "event_id": None}
    moments.put(
        session,
        [
            told | {"tutor_number": number, "event_time": as_of, "known_at": as_of}
            for number in sorted(tutors)
        ],
    )
    return len(tutors)
