"""Two policies tried on the same past, from rows of the records to one report."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby

from retention import policy
from retention.vocabulary import OwnerGroup, Programme, Trigger
from rules.answers import Policy, Sheets
from rules.backtest import Lived, OneTutor
from rules.backtest_report import Report, Setting, report
from rules.book import Book
from rules.courses import Course, Past, Usual
from rules.replay import KeptLook, Row, kept_looks, states_of
from rules.runs import Run, Twin, alike
from rules.workload import capacity_of

Tell = Callable[[float], None]  # the share of the tutors that is done


@dataclass(frozen=True)
class PastRows:
    """A past as the records have it, [begin, end); `looks` tutor by tutor, in the order of judgement."""

    begin: datetime
    end: datetime
    tutors: int
    looks: Iterable[Row]
    states: Iterable[Row] = ()  # each rule's before `begin`
    courses: Iterable[Row] = ()  # the cases that were begun in the time
    usual: Iterable[Row] = ()  # programme, cases, acts_after, closes_after: medians of closed cases
    departures: Iterable[Row] = ()  # tutor_number, left_at
    staff: Mapping[OwnerGroup, int] = field(default_factory=dict)  # how many people are in each group


def backtest(new: Book, old: Book, rows: PastRows, *, tell: Tell = lambda _share: None) -> Report:
    """Try a policy on the past beside another one; `tell` hears how far it is."""
    mine, theirs, runs = Policy(new), Policy(old), (Run(), Run())
    past, before, same = past_of(rows), states_of(rows.states), alike(old, new)
    by_tutor = groupby(kept_looks(rows.looks), key=lambda look: look.tutor_number)
    for done, (tutor, looks) in enumerate(by_tutor, 1):
        told = [hour_too(look) for look in looks]
        for run in runs:
            run.begin(told)
        lived = Lived(told, Sheets(told, new.fields), before.get(tutor, {}))
        twin = OneTutor(theirs, lived, past)
        twin.live(runs[1], Twin())
        OneTutor(mine, lived, past).live(runs[0], Twin(twin.heard, same))
        tell(min(1.0, done / max(rows.tutors, 1)))
    return report((new, runs[0]), (old, runs[1]), setting_of(rows))


def hour_too(look: KeptLook) -> KeptLook:
    """A look at a day's end as one at the end of an hour as well, which it is.

    An hour in which nothing changed under the rules of then was not kept; under another bound it may have
    come to something, and is seen at the end of the day at the latest.
    """
    triggers = {moment["trigger"] for moment in look.moments}
    if Trigger.DAILY_ROLLUP not in triggers or Trigger.HOURLY in triggers:
        return look
    return replace(look, moments=[*look.moments, {"trigger": Trigger.HOURLY.value}])


def past_of(rows: PastRows) -> Past:
    """The cases of the time, and how cases usually go where enough have been closed to say."""
    courses = tuple(Course(**{**row, "programme": Programme(row["programme"])}) for row in rows.courses)
    usual = {
        Programme(row["programme"]): Usual(row["acts_after"], row["closes_after"])
        for row in rows.usual
        if row["cases"] >= policy.USUAL_FROM_CASES
    }
    return Past(courses, usual)


def setting_of(rows: PastRows) -> Setting:
    """What the figures are held against."""
    departures: defaultdict[int, list[datetime]] = defaultdict(list)
    for row in rows.departures:
        departures[row["tutor_number"]].append(row["left_at"])
    return Setting(rows.begin, rows.end, departures, capacity_of(rows.staff))
