"""A coaching tip on the stage."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from retention.messages.cases import CaseProgress, CaseResult
from retention.messages.letters import LetterWish
from tests.factories.tasks import OPENED
from tests.factories.tips import TipWorld, a_tip
from workflows.coaching_tip import TipStory
from workflows.rehearsal import Stage

FIRST_LETTER = "coaching_tip/10023/1/coaching_tip/1"


class Rehearsal:
    """A tip on the stage."""

    def __init__(self, world: TipWorld | None = None, **changes: Any) -> None:
        self.stage = Stage(OPENED, (world or TipWorld()).answers())
        self.story = TipStory(a_tip(**changes), self.stage)

    def at(self, instant: datetime, hear: Callable[[Any], object], message: object) -> None:
        """Something is heard at an instant."""
        self.stage.at(instant, lambda: hear(message))

    def play(self) -> CaseResult:
        return self.stage.play(self.story.tell())

    def asked(self, step: str) -> list[Any]:
        return [request for _, name, request in self.stage.done if name == step]

    @property
    def letters(self) -> list[LetterWish]:
        return self.asked("send_letter")

    @property
    def progress(self) -> list[CaseProgress]:
        return self.asked("record_case")

    def steps(self) -> list[str]:
        """The states it went through, each once."""
        return list(dict.fromkeys(one.step for one in self.progress))

    def words(self) -> str:
        """How it says that it ended."""
        return self.progress[-1].note
