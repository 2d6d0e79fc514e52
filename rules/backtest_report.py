"""What a policy did on the past, in figures: how often, for whom, how much work, how well it foresaw.

Plain numbers and numbers of tutors, no names: the report is kept as JSON, and printed by pages and commands.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median

from pydantic import BaseModel, ConfigDict

from retention import policy
from retention.vocabulary import OwnerGroup, Programme, TaskKind, Verdict
from rules.book import Book, Rule, Status
from rules.runs import Hit, Run
from rules.workload import hours_of

Departures = Mapping[int, Sequence[datetime]]  # tutor -> when they left


class Figures(BaseModel):
    model_config = ConfigDict(frozen=True)


class Foresight(Figures):
    """How a rule's firings went with departures within `policy.BACKTEST_FORESEES`."""

    judged: int  # firings whose time is known to its end
    followed: int  # of these, followed by the tutor's leaving
    departures: int  # of all tutors in the time, that could have been foreseen
    foreseen: int  # of these, with a firing in the time before
    lead_days: float | None  # median, from the first such firing

    @property
    def precision(self) -> float | None:
        """Share of firings that were followed by the tutor's leaving."""
        return self.followed / self.judged if self.judged else None

    @property
    def recall(self) -> float | None:
        """Share of departures that had a firing before them."""
        return self.foreseen / self.departures if self.departures else None


class RuleFigures(Figures):
    """One rule over the whole time."""

    rule_id: str
    says: str
    status: Status
    fires: int  # those left out by lot included
    cases: int
    left_out: int  # by lot
    tutors: int
    escalations: int
    resolutions: int
    held_back: dict[str, int]  # reason -> times
    foresight: Foresight


class WeekLoad(Figures):
    """One week of one owner group."""

    week: date  # its Monday
    owner_group: OwnerGroup
    cases: int
    hours: float
    capacity: float  # hours


class Overlap(Figures):
    """Two rules, signals left out, that hit the same tutors."""

    one: str
    other: str
    tutors: int


class Side(Figures):
    """One policy over the time."""

    rules: tuple[RuleFigures, ...]
    weeks: tuple[WeekLoad, ...]
    overlaps: tuple[Overlap, ...]
    cases: int
    hours: float


class Difference(Figures):
    """A tutor for whom a rule fired otherwise."""

    rule_id: str
    tutor_number: int
    before: int  # firings under the policy that it is compared with
    after: int
    first_at: datetime | None  # first firing under the policy that is tried


class Report(Figures):
    """A policy that was tried, beside the one that it is compared with."""

    begin: datetime
    end: datetime
    tutors: int
    looks: int
    new: Side
    old: Side
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Setting:
    """What figures are held against."""

    begin: datetime
    end: datetime
    departures: Departures = field(default_factory=dict)
    capacity: Mapping[OwnerGroup, float] = field(default_factory=dict)  # hours a week


def report(new: tuple[Book, Run], old: tuple[Book, Run], setting: Setting) -> Report:
    """Both policies in figures, and the tutors for whom they differ."""
    return Report(
        begin=setting.begin,
        end=setting.end,
        tutors=new[1].tutors,
        looks=new[1].looks,
        new=side_of(*new, setting),
        old=side_of(*old, setting),
        differences=tuple(differences(old[1].hits, new[1].hits)),
    )


def side_of(book: Book, run: Run, setting: Setting) -> Side:
    """One policy in figures."""
    of_rule: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit in run.hits:
        of_rule[hit.rule_id].append(hit)
    judged = [rule for rule in book.rules if rule.is_judged]
    rules = [_figures(rule, of_rule[rule.id], setting) for rule in sorted(judged, key=lambda rule: rule.id)]
    tasks = {rule.id: rule.then.task for rule in book.rules if rule.then is not None}
    weeks = tuple(weeks_of(run.hits, tasks, setting))
    return Side(
        rules=tuple(rules),
        weeks=weeks,
        overlaps=tuple(_overlaps(of_rule)),
        cases=sum(week.cases for week in weeks),
        hours=round(sum(week.hours for week in weeks), 2),
    )


def _figures(rule: Rule, hits: Sequence[Hit], setting: Setting) -> RuleFigures:
    firings = [hit for hit in hits if hit.fires]
    verdicts = Counter(hit.verdict for hit in hits)
    held = Counter(hit.reason for hit in hits if hit.verdict is Verdict.SUPPRESSED and not hit.fires)
    return RuleFigures(
        rule_id=rule.id,
        says=rule.says,
        status=rule.status,
        fires=len(firings),
        cases=sum(hit.opens for hit in hits),
        left_out=sum(hit.verdict is Verdict.SUPPRESSED for hit in firings),
        tutors=len({hit.tutor_number for hit in firings}),
        escalations=verdicts[Verdict.ESCALATE],
        resolutions=verdicts[Verdict.RESOLVE],
        held_back=dict(sorted(held.items())),
        foresight=foresight_of(firings, setting),
    )


def foresight_of(firings: Sequence[Hit], setting: Setting) -> Foresight:
    """How firings went with departures; those too near the end of the time to know are left out.

    Left out whatever became of their tutors by now: to count the leavers among them alone would call every
    young rule a prophet.
    """
    within = policy.BACKTEST_FORESEES
    known = [hit for hit in firings if hit.as_of + within <= setting.end]
    followed = sum(_leaves(hit, setting.departures, within) for hit in known)
    leads = list(_leads(firings, setting, within))
    foreseen = [lead for lead in leads if lead is not None]
    return Foresight(
        judged=len(known),
        followed=followed,
        departures=len(leads),
        foreseen=len(foreseen),
        lead_days=round(median(lead / timedelta(days=1) for lead in foreseen), 1) if foreseen else None,
    )


def _leaves(hit: Hit, departures: Departures, within: timedelta) -> bool:
    times = departures.get(hit.tutor_number, ())
    return any(hit.as_of < left <= hit.as_of + within for left in times)


def _leads(firings: Sequence[Hit], setting: Setting, within: timedelta) -> Iterable[timedelta | None]:
    """For each departure in the time: from the first firing before it, or None."""
    of_tutor: defaultdict[int, list[datetime]] = defaultdict(list)
    for hit in firings:
        of_tutor[hit.tutor_number].append(hit.as_of)
    for tutor, times in setting.departures.items():
        for left in times:
            if setting.begin < left <= setting.end:
                before = [at for at in of_tutor[tutor] if left - within <= at < left]
                yield left - min(before) if before else None


def weeks_of(
    hits: Iterable[Hit], tasks: Mapping[str, TaskKind | None], setting: Setting
) -> Iterable[WeekLoad]:
    """Cases and hours of every week and group, also of those in which nothing was to be done."""
    found: defaultdict[tuple[date, OwnerGroup], list[float]] = defaultdict(list)
    for hit in hits:
        if hit.opens and (hours := _hours(hit.programme, tasks.get(hit.rule_id))):
            found[_monday(hit.as_of), hit.owner_group].append(hours)
    week, last = _monday(setting.begin), _monday(setting.end)
    while week <= last:
        for group in OwnerGroup:
            spent = found[week, group]
            yield WeekLoad(
                week=week,
                owner_group=group,
                cases=len(spent),
                hours=round(sum(spent), 2),
                capacity=setting.capacity.get(group, 0.0),
            )
        week += timedelta(days=7)


def _hours(programme: Programme | None, task: TaskKind | None) -> float:
    return hours_of(programme, task) if programme is not None else 0.0


def _monday(at: datetime) -> date:
    return at.date() - timedelta(days=at.weekday())


def _overlaps(of_rule: Mapping[str, Sequence[Hit]]) -> Iterable[Overlap]:
    tutors = {
        rule: numbers
        for rule, hits in sorted(of_rule.items())
        if (numbers := {hit.tutor_number for hit in hits if hit.fires and not hit.signal})
    }
    for one, of_one in tutors.items():
        for other, of_other in tutors.items():
            if one < other and (both := len(of_one & of_other)):
                yield Overlap(one=one, other=other, tutors=both)


def differences(old: Iterable[Hit], new: Iterable[Hit]) -> Iterable[Difference]:
    """The tutors for whom a rule fired another number of times or at other instants."""
    before, after = _firings(old), _firings(new)
    for key in sorted(before.keys() | after.keys()):
        if before[key] != after[key]:
            yield Difference(
                rule_id=key[0],
                tutor_number=key[1],
                before=len(before[key]),
                after=len(after[key]),
                first_at=min(after[key], default=None),
            )


def _firings(hits: Iterable[Hit]) -> defaultdict[tuple[str, int], list[datetime]]:
    found: defaultdict[tuple[str, int], list[datetime]] = defaultdict(list)
    for hit in hits:
        if hit.fires:
            found[hit.rule_id, hit.tutor_number].append(hit.as_of)
    return found
