"""Coaching tips as their workflows get them, and what the world answers them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import update

from activities import effects
from retention.clock import real_time
from retention.messages.effects import EffectFigure, MeasureEffect
from retention.messages.letters import LetterSent, LetterWindow, LetterWish, TutorAnswer, Window
from retention.messages.tips import TipQuestion, TipStanding
from retention.programmes.coaching_tip import StartTip
from retention.records.cases import Case
from retention.records.database import Session
from retention.vocabulary import EffectVerdict, LetterState, OwnerGroup, Programme, TaskKind, TipAct
from tests.factories.cases import an_opened_case
from tests.factories.tasks import OPENED

GUIDE = "first-session-excellence"
METRIC = "first_success_pct"
REASON = "First sessions with the tutor go less well than they should."


def a_tip(**changes: Any) -> StartTip:
    """What a tip's workflow is told, of a case that no record knows of."""
    told = {
        "case_id": "coaching_tip/10023/1",
        "programme": Programme.COACHING_TIP,
        "tutor_number": 10_023,
        "episode": "1",
        "decision_id": 1,
        "rule_id": "A1.first-session",
        "rulebook_version": 1,
        "opened_at": OPENED,
        "owner_group": OwnerGroup.PEOPLE_OPS,
        "priority": 20,
        "reason": REASON,
        "clock": real_time(),
        "tip": GUIDE,
        "metric": METRIC,
    }
    return StartTip.model_validate(told | changes)


def a_deed(act: TipAct, *, letter_key: str, at: datetime, command_id: str = "deed") -> TutorAnswer:
    """The tutor has done something with the guide."""
    return TutorAnswer(command_id=command_id, letter_key=letter_key, step="tip", choice=act, at=at)


@dataclass
class TipWorld:
    """What the world answers a rehearsed tip; each part may be changed before the story is told."""

    standing: Callable[[TipQuestion], TipStanding] = lambda asked: TipStanding(opens_at=asked.as_of)
    sending: list[tuple[LetterState, str]] = field(default_factory=list)  # then every letter is sent
    while_sending: Callable[[LetterWish], None] = lambda _wish: None
    verdict: EffectVerdict = EffectVerdict.IMPROVED
    before: float | None = 55.0
    after: float | None = 72.0
    evaluated_at: datetime | None = None  # when the evaluation comes to the day of the look; None: in time

    def answers(self) -> dict[str, Callable[[Any], Any]]:
        """By the name of the step."""
        return {
            "tip_standing": self.standing,
            "letter_window": _open,
            "send_letter": self._send,
            "show_in_portal": lambda _note: None,
            "measure_effect": self._measure,
            "record_case": lambda _progress: None,
        }

    def _send(self, wish: LetterWish) -> LetterSent:
        self.while_sending(wish)
        state, reason = self.sending.pop(0) if self.sending else (LetterState.SENT, "")
        return LetterSent(key=wish.key, state=state, at=wish.as_of, reason=reason)

    def _measure(self, asked: MeasureEffect) -> EffectFigure:
        behind = self.evaluated_at is not None and asked.at < self.evaluated_at
        early = effects.too_early(asked) if behind else None
        return early or EffectFigure(
            subject=asked.subject,
            day=asked.day,
            metric=asked.metric,
            due_at=asked.as_of,
            measured_at=asked.at,
            before=self.before,
            after=self.after,
            verdict=self.verdict,
        )


def _open(asked: LetterWindow) -> Window:
    return Window(opens_at=asked.as_of, zone="UTC")


def an_opened_tip(session: Session, *, at: datetime) -> StartTip:
    """A tip as its decision leaves it: tutor, decision and case on record, and the workflow's input."""
    other = an_opened_case(session, at=at, kind=TaskKind.NO_SHOW_CHECK)
    case_id = f"coaching_tip/{other.tutor_number}/{other.episode}"
    own = {"case_id": case_id, "programme": Programme.COACHING_TIP, "rule_id": "A1.first-session"}
    session.execute(update(Case).where(Case.case_id == other.case_id).values(own))
    same = other.model_dump(include={"tutor_number", "episode", "decision_id", "rulebook_version", "clock"})
    return a_tip(**same, case_id=case_id, opened_at=at)
