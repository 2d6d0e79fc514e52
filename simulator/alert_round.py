"""What the demo's staff does about alerts: a look each hour, an acknowledgement, a word whether it helped."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from retention.demo import Person
from simulator import habits
from simulator.people import StaffMember

EVERY = timedelta(hours=1)  # business time between two looks at the list
NOTICED_IN = (timedelta(minutes=10), timedelta(hours=3))  # from seeing an alert to acknowledging it
LEFT_ALONE = 0.25  # share of alerts that nobody acknowledges: whoever opens the demo finds some
RATED = 0.5  # share of acknowledged alerts of which somebody says whether they were useful
OF_NO_USE = 0.2  # share of those that were not
ENDED = 0.4  # share of acknowledged alerts that somebody resolves; the others end by themselves
ENDS = ("dealt_with", "dealt_with", "nothing_to_do")
NOTES = ("Spoke with the tutor; it is settled.", "Known, and agreed with the tutor.", "")
WHY = ("The tutor had told us.", "It was over before we looked.", "")
LONG_AGO = datetime.min.replace(tzinfo=UTC)
Act = Callable[[], object]


def noticed_in(subject: str) -> timedelta:
    """How long an alert stands in the list until its person acknowledges it."""
    return habits.between(NOTICED_IN, habits.drawn(subject, "noticed"))


class AlertRound:
    """One colleague's round; what falls to whom is shared like the tasks."""

    def __init__(self, member: StaffMember, person: Person, team: Sequence[Person]) -> None:
        self._member, self._person, self._team = member, person, team
        self._looked_at: datetime | None = None
        self._seen: dict[str, datetime] = {}
        self._taken: dict[str, datetime] = {}  # alerts, not storms: those that somebody looks at again

    def acts(self, now: datetime) -> list[Act]:
        """What is to be done now; nothing within an hour of the last look."""
        if self._looked_at is not None and now - self._looked_at < EVERY:
            return []
        self._looked_at = now
        return self._acknowledging(now) + self._coming_back(now)

    def last_look(self) -> list[Act]:
        """Before going home: what is theirs is acknowledged, however short it has stood."""
        mine = {one: button for one, button in self._member.alerts().items() if self._is_mine(one)}
        self._taken |= dict.fromkeys(filter(str.isdigit, mine), LONG_AGO)
        return [partial(self._member.press, button) for button in mine.values()]

    def last_words(self) -> list[Act]:
        """And what was learnt of those that were."""
        ready, self._taken = list(self._taken), {}
        return [act for one in ready for act in self._words(one)]

    def _acknowledging(self, now: datetime) -> list[Act]:
        acts: list[Act] = []
        for subject, button in self._member.alerts().items():
            seen = self._seen.setdefault(subject, now)
            if self._is_mine(subject) and now - seen >= noticed_in(subject):
                acts.append(partial(self._member.press, button))
                if subject.isdigit():
                    self._taken[subject] = now
        return acts

    def _coming_back(self, now: datetime) -> list[Act]:
        """To those whose time has come: what was learnt of them."""
        ready = [one for one, since in self._taken.items() if now - since >= habits.effort(one)]
        for one in ready:
            del self._taken[one]
        return [act for one in ready for act in self._words(one)]

    def _words(self, alert: str) -> list[Act]:
        acts: list[Act] = []
        if habits.drawn(alert, "rated") < RATED:
            useful = "no" if habits.drawn(alert, "useful") < OF_NO_USE else "yes"
            why = habits.one_of(WHY, alert) if useful == "no" else ""
            acts.append(partial(self._member.say_of_alert, alert, "rate", {"useful": useful, "why": why}))
        if habits.drawn(alert, "ended") < ENDED:
            told = {"ended": habits.one_of(ENDS, alert), "note": habits.one_of(NOTES, alert)}
            acts.append(partial(self._member.say_of_alert, alert, "resolve", told))
        return acts

    def _is_mine(self, subject: str) -> bool:
        return habits.drawn(subject, "left alone") >= LEFT_ALONE and habits.is_theirs(
            subject, self._person, self._team
        )
