"""A manager, a tutor and the world around one coaching case, on the stage: who answers what, and when."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from activities import effects
from retention.clock import real_time
from retention.messages.cases import AlsoFound
from retention.messages.coaching import Declines
from retention.messages.effects import EffectFigure, MeasureEffect
from retention.messages.tasks import Assign, Complete
from retention.messages.tutors import TutorLeft
from retention.programmes.coaching import StartCoaching
from retention.vocabulary import ChurnReason, EffectVerdict, Letter, OwnerGroup, Programme, RiskBand, TaskKind
from tests.testbed.rehearsal import SOMEBODY, Rehearsal, Says
from workflows import task_acts
from workflows.coaching import CoachingStory

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)  # the office opens; London is on UTC until the 29th
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORDS = "Ada tells good stories and loses time at the start."
MANAGER = SOMEBODY
SLOTS = [MONDAY + 2 * DAY + 5 * HOUR, MONDAY + 3 * DAY]  # Wednesday 14:00, Thursday 9:00
LATER = [MONDAY + 7 * DAY, MONDAY + 8 * DAY]  # Monday and Tuesday after
GOOD_CALL = {
    "went_well": WORDS,
    "barrier": WORDS,
    "actions": ["Begin with a plan", "Ask for one goal"],
}
LOOKED = {"action_1_done": True, "remark": WORDS}
AT_THE_CALL = timedelta(minutes=-1)  # as a time to answer after: when the call has ended


def times(*instants: datetime) -> dict[str, Any]:
    """A form that offers times."""
    return {"times": [one.isoformat() for one in instants]}


ACCEPTS = Says("accepted", times(*SLOTS))
HOLDS = Says("held", GOOD_CALL, after=3 * DAY)
LOOKS = Says("looked_at", LOOKED)
CHOOSES = Says("slot_1")
OFFERS = Says("times_offered", times(*LATER))


def a_coaching_case(**changes: Any) -> StartCoaching:
    """A case as the rule starts it, on a Monday morning."""
    told: dict[str, Any] = {
        "case_id": "coaching/10023/1",
        "programme": Programme.COACHING,
        "tutor_number": 10_023,
        "episode": "1",
        "decision_id": 1,
        "rule_id": "H1.coaching",
        "rulebook_version": 1,
        "opened_at": MONDAY,
        "owner_group": OwnerGroup.OPS_MANAGER,
        "priority": 70,
        "churn_score": 62,
        "risk_band": RiskBand.HIGH,
        "reason": "At high risk of leaving for a week.",
        "clock": real_time(),
    }
    return StartCoaching.model_validate(told | changes)


class Rehearsed(Rehearsal[CoachingStory]):
    """A coaching case on the stage."""

    def __init__(
        self,
        people: dict[TaskKind, list[Says]] | None = None,
        tutor: dict[Letter, list[Says]] | None = None,
        *,
        begins: datetime = MONDAY,
        verdict: EffectVerdict = EffectVerdict.IMPROVED,
        declines: int = 1,
        evaluated_at: datetime | None = None,
        **world: Any,
    ) -> None:
        self._verdict, self._declines = verdict, declines
        self._evaluated_at = evaluated_at  # when the evaluation comes to the day of the look; None: in time
        answers: dict[str, Callable[[Any], Any]] = {
            "record_actions": lambda _agreed: None,
            "declines_in_a_row": self._declined,
            "measure_effect": self._measured,
        }
        case = a_coaching_case(opened_at=begins)
        super().__init__(CoachingStory, case, people=people, tutor=tutor, answers=answers, **world)

    # What can happen.

    def better(self, after: timedelta) -> None:
        """The score has fallen below 40."""
        self.resolved(after, "The score fell to 38.")

    def worse(
        self, after: timedelta, rule_id: str = "H1.critical", *, lead: OwnerGroup | None = None
    ) -> None:
        """Another rule adds something; `lead`: its case leads from then on."""
        at = self.begins + after
        found = AlsoFound(
            command_id="worse", at=at, rule_id=rule_id, reason="The score rose to 81.", lead=lead
        )
        self.at(after, partial(self.story.also_found, found))

    def resigns(self) -> None:
        """The tutor resigns now."""
        left = TutorLeft(command_id="left", at=self.stage.now(), reason=ChurnReason.RESIGNATION)
        self.story.tutor_left(left)

    def completes(self, kind: TaskKind, said: Says) -> None:
        """The manager completes the newest task of a kind now."""
        task = self.task(kind)
        done = Complete(command_id="now", actor=said.by, outcome=said.outcome, form=said.form)
        task.act(task_acts.complete, done, form_key=task.task.form_key)

    def given(self, kind: TaskKind, account: str) -> None:
        """Somebody is given the newest task of a kind now."""
        self.task(kind).act(task_acts.assign, Assign(command_id="give", actor=MANAGER, assignee=account))

    # What has happened.

    def kinds(self) -> list[str]:
        """The tasks that were opened, in order, without the programme's name."""
        return [task.task.kind.removeprefix("coaching_") for task in self.stage.tasks]

    def letters(self) -> list[str]:
        """The letters' names, in order, without the programme's."""
        return [wish.letter.removeprefix("coaching_") for wish in self.wishes()]

    # The world.

    def _declined(self, _asked: Any) -> Declines:
        return Declines(count=self._declines, since_case="coaching/1/1", reasons=[WORDS])

    def _measured(self, asked: MeasureEffect) -> EffectFigure:
        known = self._verdict is not EffectVerdict.NOT_MEASURABLE
        behind = self._evaluated_at is not None and asked.at < self._evaluated_at
        early = effects.too_early(asked) if behind else None
        return early or EffectFigure(
            subject=asked.subject,
            day=asked.day,
            metric=asked.metric,
            due_at=asked.as_of,
            measured_at=asked.at,
            before=62 if known else None,
            after=41 if known else None,
            verdict=self._verdict,
        )
