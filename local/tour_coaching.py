"""The coaching tour: a tutor of its own tires, is sent a tip, is coached, and recovers.

It takes about 26 business days, which is as many minutes in a world of SPEED=1440, for which it is made.
"""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from local import tour_browser, tour_following
from local.tour_browser import NARROW
from local.tour_following import PATIENCE, TWO_WEEKS, CoachingStory, Following
from local.world import World
from retention import calendars
from retention.errors import Refusal
from retention.records import database, followed, guides, model_versions
from retention.records.outbox import OutboxLine
from retention.settings import settings
from retention.vocabulary import Arm, Letter, ModelKind, Programme, TaskKind, TipAct
from rules.holdout import arm_of

MAKE = "`make up SPEED=1440 TUTORS=40`"
DAYS = 26  # business days that the tour is expected to take
SLOWEST = 500.0  # business seconds in a real one; a slower world would need more than an hour
A_WEEK_OF_RISK = timedelta(days=14)  # until the rule has fired; it takes eight
AHEAD = (2, 3, 4)  # working days to the offered times: letters wait for the morning
CALL_AT = 14  # o'clock
OFFICE = "%Y-%m-%dT%H:%M"  # as a browser's input of a moment is filled in
ACTIONS = (
    "Keep two evenings a week free of sessions",
    "Tell students two days ahead when a session has to move",
)
WRITTEN = {
    "outcome": "held",
    "went_well": "Explains with pictures, and students dare to ask. The regular ones come back every week.",
    "barrier": "Late sessions after a full day. The tutor is tired, moves them, and students notice.",
    "actions-1": ACTIONS[0],
    "actions-2": ACTIONS[1],
}
SEEN = {
    "outcome": "looked_at",
    "action_1_done": "true",
    "action_2_done": "true",
    "remark": "The evenings are free, nothing was moved any more, and the ratings are good again.",
}


class CoachingTour(Following):
    """The stations of the walk; each waits for what the page or the record says."""

    def meet(self) -> None:
        """Somebody new to us, but not to the platform; nobody whom the lot leaves without tips."""
        while True:
            self.live()
            with database.transaction() as session:
                number = followed.tutor_number(session, self.tutor.external_id)
            assert number is not None
            if arm_of(Programme.COACHING_TIP, number) is not Arm.HOLDOUT:
                break
            self.tutor = tour_following.somebody()
        self.story.tutor_number = number
        self.note(f"Tutor {number} has had tired weeks")

    def tip(self) -> None:
        """A figure is below its threshold: one letter with one guide, read and found helpful."""
        case = self.until(lambda: self.case(Programme.COACHING_TIP), "a coaching tip")
        self.story.tip_case = case.case_id
        letter = self.sent(case.case_id, Letter.COACHING_TIP)
        self.see.letter(letter.message_key)
        self.see.picture("tip-1-letter")
        self.see.follow("guides")
        self.until(lambda: self._act(letter, TipAct.READ), "the guide to be read")
        self.see.press('form[action$="/helpful"] button')
        self.see.picture("tip-2-guide-320", self.see.tutor, width=NARROW)
        self.until(lambda: self._act(letter, TipAct.HELPFUL), "the tutor's word on the guide")
        self.note("The tutor has read the guide and found it helpful")
        self.waiting(Programme.COACHING_TIP, "acted", "")
        self.in_temporal("tip-waits", case.case_id)

    def offered(self) -> None:
        """A week of high risk: the manager takes the coaching on and offers times."""
        case = self.until(lambda: self.case(Programme.COACHING), "coaching", within=A_WEEK_OF_RISK)
        self.story.coaching_case = case.case_id
        self.note("A tutor has been at high risk for a week: coaching")
        self.task(TaskKind.COACHING_OFFER)
        self.in_temporal("coaching-1-offer", case.case_id)
        self.finish(TaskKind.COACHING_OFFER, {"outcome": "accepted"} | _times(), picture="coaching-1-offer")

    def chosen(self) -> None:
        """The letter with the times; its link; one press."""
        letter = self.sent(self.story.coaching_case, Letter.COACHING_TIMES)
        self.waiting(Programme.COACHING, "times_offered", "tutor")
        self.in_temporal("coaching-2-times", self.story.coaching_case)
        self.see.letter(letter.message_key)
        self.see.picture("coaching-2-letter")
        self.see.follow("answer")
        self.see.picture("coaching-3-question-320", self.see.tutor, width=NARROW)
        self.see.press('button[value="slot_1"]')
        self.see.picture("coaching-4-answered", self.see.tutor)
        self.note("The tutor has chosen a time")

    def scheduled(self) -> None:
        """The confirmation with its entry for the calendar, and the call as a task."""
        letter = self.sent(self.story.coaching_case, Letter.COACHING_SCHEDULED)
        self.see.letter(letter.message_key)
        self.see.picture("coaching-5-confirmation")
        self.task(TaskKind.COACHING_CALL)
        self.in_temporal("coaching-3-scheduled", self.story.coaching_case)

    def held(self) -> None:
        """The call takes place, and is written down."""
        task_id = self.task(TaskKind.COACHING_CALL)
        self.see.at(f"/people-ops/tasks/{task_id}")
        not_before = self.see.manager.get_attribute("form[data-not-before]", "data-not-before")
        assert not_before is not None
        held_at = datetime.fromisoformat(not_before) + timedelta(minutes=30)
        self.until(
            lambda: True if tour_following.now() >= held_at else None,
            "the call",
            within=held_at - tour_following.now() + PATIENCE,
        )
        self.finish(TaskKind.COACHING_CALL, WRITTEN, picture="coaching-6-call")
        self.tutor.well_since = tour_following.now().date()

    def confirmed(self) -> None:
        """The tutor confirms what was agreed."""
        letter = self.sent(self.story.coaching_case, Letter.COACHING_ACTIONS)
        self.see.letter(letter.message_key)
        self.see.follow("answer")
        self.see.picture("coaching-7-actions", self.see.tutor)
        self.see.press('button[value="confirmed"]')
        self.note("The tutor has confirmed what was agreed")
        self.waiting(Programme.COACHING, "actions_open", "done")
        self.in_temporal("coaching-4-agreed", self.story.coaching_case)

    def measured(self) -> None:
        """What became of the tip's figure, two weeks after its letter."""
        case = self.until(lambda: self.closed(Programme.COACHING_TIP), "the tip's end", within=TWO_WEEKS)
        self.story.tip_outcome, self.story.tip_note = str(case.outcome), case.note
        self.note(f"The tip is measured: {case.outcome}. {case.note}")
        self.see.at(f"/people-ops/cases/{case.case_id}")
        self.see.picture("tip-3-case")

    def looked_at(self) -> None:
        """Two weeks after the call the manager looks again; the case closes with what the figures show."""
        self.task(TaskKind.COACHING_FOLLOW_UP, within=TWO_WEEKS)
        self.in_temporal("coaching-5-follow-up", self.story.coaching_case)
        self.finish(TaskKind.COACHING_FOLLOW_UP, SEEN, picture="coaching-8-follow-up")
        case = self.until(lambda: self.closed(Programme.COACHING), "the end of the case")
        self.story.coaching_outcome, self.story.coaching_note = str(case.outcome), case.note
        self.note(f"The case is closed: {case.outcome}. {case.note}")
        self.see.at(f"/people-ops/cases/{case.case_id}")
        self.see.picture("coaching-9-case-dark", scheme="dark")
        self.see.at(f"/people-ops/tutors/{self.story.tutor_number}")
        self.see.picture("coaching-10-tutor")
        run = (case.case_id, tour_following.run_of(case.case_id))
        self.see.temporal("coaching-6-closed", run, tab="user-metadata", showing="Current Details")
        self.see.temporal("coaching-7-timeline", run, tab="timeline", showing="Coaching call")

    STATIONS = (meet, tip, offered, chosen, scheduled, held, confirmed, measured, looked_at)

    def _act(self, letter: OutboxLine, act: TipAct) -> bool | None:
        with database.transaction() as session:
            return True if act in guides.acts_of(session, letter.message_key) else None


def walk(world: World, *, tell: Callable[[str], None], album: Path | None) -> CoachingStory:
    """Live through the story on the running demo. Raises Refusal at the first thing that does not happen."""
    os.environ.update(world.environment)  # from here on this process is one of the world's
    settings.cache_clear()
    if tour_following.speed() < SLOWEST:
        raise Refusal(
            f"The coaching tour lives through {DAYS} days, and this world is too slow for that.",
            instead=f"{MAKE} in another checkout, or after `make clean`, makes a faster one.",
        )
    with database.transaction() as session:
        if model_versions.champion(session, ModelKind.CHURN) is not None:
            raise Refusal(
                "A model speaks in this world, and may not find the tour's tutor at high risk.",
                instead=f"{MAKE} in another checkout, or after `make clean`, makes one too small for it.",
            )
    with tour_browser.visit(world, album) as see:
        told = CoachingTour(see, tour_following.somebody(), tell)
        for station in CoachingTour.STATIONS:
            station(told)
        return told.story


def _times() -> dict[str, str]:
    """Three afternoons of the coming working days, on the office's clock."""
    office = calendars.office()
    days = [calendars.add_business_days(office, tour_following.now(), ahead) for ahead in AHEAD]
    calls = [day.astimezone(ZoneInfo(office.zone)).replace(hour=CALL_AT, minute=0) for day in days]
    return {f"times-{number}": f"{at:{OFFICE}}" for number, at in enumerate(calls, start=1)}
