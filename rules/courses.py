"""Cases under a policy that is tried on the past: those it would have begun, in place of those that were.

A firing that was recorded takes the course that its case took; one that was not takes the usual course of
its programme. So the policy that was in force meets exactly what was recorded.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from retention import policy
from retention.programmes.registry import TRAITS
from retention.vocabulary import CaseState, Programme
from rules.situation import Decision

Circumstances = Mapping[str, Any]


@dataclass(frozen=True)
class Course:
    """One case: when it was opened, did what it is for, and was closed; None: not yet."""

    case_id: str
    tutor_number: int
    programme: Programme
    rule_id: str
    opened_at: datetime
    acted_at: datetime | None
    closed_at: datetime | None

    def is_open(self, at: datetime) -> bool:
        """Whether it waits or follows up at an instant."""
        return self.opened_at <= at and (self.closed_at is None or at < self.closed_at)

    def has_acted(self, at: datetime, *, since: datetime | None = None) -> bool:
        """Whether it had done what it is for by an instant (and, if given, later than another)."""
        return self.acted_at is not None and self.acted_at <= at and (since is None or self.acted_at > since)


@dataclass(frozen=True)
class Usual:
    """The usual course of a programme's cases, from their opening."""

    acts_after: timedelta | None  # None: no case of the programme has ever done what it is for
    closes_after: timedelta


@dataclass(frozen=True)
class Past:
    """The cases that rules began in the time that is looked at, and how cases usually go."""

    courses: tuple[Course, ...] = ()
    usual: Mapping[Programme, Usual] = field(default_factory=dict)

    @cached_property
    def by_tutor(self) -> Mapping[int, list[Course]]:
        """The cases that were begun with each tutor."""
        found: defaultdict[int, list[Course]] = defaultdict(list)
        for course in self.courses:
            found[course.tutor_number].append(course)
        return found

    def usual_of(self, programme: Programme) -> Usual:
        """How a programme's cases usually go; an assumption where too few have been closed."""
        return self.usual.get(programme, Usual(policy.USUALLY_ACTS_AFTER, policy.USUALLY_CLOSES_AFTER))


@dataclass
class Played:
    """The cases of one tutor as a policy would have had them."""

    past: Past
    begun: list[Course]  # as recorded
    acted_before: Mapping[str, Any]  # programme -> when it last acted, as of the first look
    kept: set[str] = field(default_factory=set)
    added: list[Course] = field(default_factory=list)

    def circumstances(self, recorded: Circumstances, at: datetime) -> Circumstances:
        """What guards are told at an instant: as recorded, but for the cases that differ."""
        dropped = [one for one in self.begun if one.opened_at < at and one.case_id not in self.kept]
        if not dropped and not self.added:
            return recorded
        return {
            **recorded,
            "open_cases": [*_without(recorded, dropped), *_open(self.added, at)],
            "last_acted": self._last_acted(recorded, dropped, at),
            "optional_mails": self._mails(recorded, dropped, at),
        }

    def begin(self, made: Decision) -> None:
        """A firing has begun a case."""
        assert made.programme is not None
        same = (one for one in self.begun if (one.rule_id, one.opened_at) == (made.rule_id, made.as_of))
        twin = next(same, None)
        if twin is not None:
            self.kept.add(twin.case_id)
            return
        usual = self.past.usual_of(made.programme)
        course = Course(
            case_id=str(made.case_id),
            tutor_number=made.tutor_number,
            programme=made.programme,
            rule_id=made.rule_id,
            opened_at=made.as_of,
            acted_at=None if usual.acts_after is None else made.as_of + usual.acts_after,
            closed_at=made.as_of + usual.closes_after,
        )
        self.added.append(course)

    def _last_acted(
        self, recorded: Circumstances, dropped: Iterable[Course], at: datetime
    ) -> dict[str, datetime]:
        gone: set[str] = {one.programme for one in dropped if one.has_acted(at)}
        known = {name: when for name, when in recorded.get("last_acted", {}).items() if name not in gone}
        own = {one.acted_at for one in self.begun}
        before = {name: _instant(self.acted_before[name]) for name in gone & self.acted_before.keys()}
        found = {name: when for name, when in before.items() if when not in own}
        found |= {name: _instant(when) for name, when in known.items()}
        kept = [one for one in self.begun if one.case_id in self.kept]
        for one in (*kept, *self.added):
            if one.has_acted(at):
                assert one.acted_at is not None
                found[one.programme] = max(found.get(one.programme, one.acted_at), one.acted_at)
        return found

    def _mails(self, recorded: Circumstances, dropped: Iterable[Course], at: datetime) -> int:
        since = at - policy.OPTIONAL_MAIL_WINDOW
        had: int = recorded.get("optional_mails", 0)
        return max(0, had - _letters(dropped, at, since) + _letters(self.added, at, since))


def _without(recorded: Circumstances, dropped: Iterable[Course]) -> Iterator[Any]:
    gone = {one.case_id for one in dropped}
    return (case for case in recorded.get("open_cases", ()) if case["case_id"] not in gone)


def _open(added: Iterable[Course], at: datetime) -> Iterator[dict[str, Any]]:
    for one in added:
        if one.is_open(at):
            acted = one.acted_at if one.has_acted(at) else None
            yield {
                "case_id": one.case_id,
                "programme": one.programme,
                "state": CaseState.OPEN,
                "acted_at": acted,
            }


def _letters(courses: Iterable[Course], at: datetime, since: datetime) -> int:
    return sum(TRAITS[one.programme].optional_mail and one.has_acted(at, since=since) for one in courses)


def _instant(when: Any) -> datetime:
    return when if isinstance(when, datetime) else datetime.fromisoformat(when)
