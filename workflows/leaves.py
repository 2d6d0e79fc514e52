"""The leaves of a tutor as they become known: in any order, prolonged, and long after they were over."""

from dataclasses import dataclass, field
from datetime import datetime

from retention import sla
from retention.messages.sla import SlaClock
from retention.messages.tutors import LeaveEnded, LeaveStarted
from retention.vocabulary import PauseReason


@dataclass
class Leave:
    """One leave as far as it is known."""

    starts: list[LeaveStarted] = field(default_factory=list)  # one that is prolonged begins again
    ended: LeaveEnded | None = None
    told: int = 0  # the number of the news that last told of its beginning

    @property
    def open(self) -> bool:
        """Whether it has begun and its end has not been told."""
        return bool(self.starts) and self.ended is None

    def covers(self, instant: datetime) -> bool:
        """Whether the tutor is away at an instant: up to its end, else its planned one, else for ever."""
        if not self.starts or instant < self._began_at():
            return False
        ends_at = self.ended.at if self.ended else self._planned()
        return ends_at is None or instant < ends_at

    def on(self, clock: SlaClock, *, as_planned: bool = False) -> SlaClock:
        """The clock with this leave in its ledger."""
        if self.ended is None:
            until = self._planned() if as_planned else None
            if until is not None:
                return sla.stood(clock, PauseReason.LEAVE, since=self._began_at(), until=until)
            return sla.on_leave(clock, since=self._began_at())
        over = self.ended.at
        if self.starts:
            clock = sla.stood(clock, PauseReason.LEAVE, since=self._began_at(), until=over)
        return sla.stood(clock, PauseReason.RAMP_UP, since=over, until=self.ended.clocks_resume_at)

    def _planned(self) -> datetime | None:
        return max(self.starts, key=lambda one: one.at).until

    def _began_at(self) -> datetime:
        return min(one.at for one in self.starts)


class Leaves:
    """All leaves of one tutor. Which message comes first changes nothing, where leaves have names."""

    def __init__(self) -> None:
        self.news = 0  # how often something was told
        self._known: dict[str, Leave] = {}

    @property
    def away(self) -> bool:
        """Whether the tutor is on leave."""
        return any(leave.open for leave in self._known.values())

    def began(self, started: LeaveStarted) -> None:
        """A leave begins, or is prolonged."""
        self.news += 1
        leave = self._known.setdefault(started.leave_id or f"the {self.news}th", Leave())
        leave.starts.append(started)
        leave.told = self.news

    def ended(self, ended: LeaveEnded) -> None:
        """A leave is over. Of two ends the later one holds: in doubt the clocks stood."""
        self.news += 1
        leave = self._known.setdefault(ended.leave_id or self._newest_open(), Leave())
        if leave.ended is None or leave.ended.at < ended.at:
            leave.ended = ended

    def covers(self, instant: datetime, *, since: int = 0) -> bool:
        """Whether a leave lies over an instant; `since`: only those told of after so much news."""
        return any(leave.told > since and leave.covers(instant) for leave in self._known.values())

    def on(self, clock: SlaClock, *, as_planned: bool = False) -> SlaClock:
        """The clock with every leave in its ledger; `as_planned`: one that goes on ends when it is to."""
        for leave in self._known.values():
            clock = leave.on(clock, as_planned=as_planned)
        return clock

    def _newest_open(self) -> str:
        """Whose end it is when the message names no leave."""
        still_open = [name for name, leave in self._known.items() if leave.open]
        return still_open[-1] if still_open else f"the {self.news}th"
