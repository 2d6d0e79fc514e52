"""What every programme that writes to tutors can hear, in one place: each message once, then its story.

A story's methods are plain and only change its state; it looks at that at its next wait. So the stage of
`workflows/rehearsal.py` calls the same methods.
"""

from typing import Generic, Protocol, TypeVar

from temporalio import workflow

from retention.messages.cases import AlsoFound, RuleResolved
from retention.messages.letters import AnswerReceipt, LetterNews, TutorAnswer
from retention.messages.tutors import LeaveEnded, LeaveStarted, TutorLeft


class Listener(Protocol):
    """A story, as far as it is spoken to."""

    def rule_resolved(self, resolved: RuleResolved) -> None:
        """The fact that started the case no longer holds."""

    def also_found(self, found: AlsoFound) -> None:
        """Another rule has found something that belongs to this case."""

    def tutor_left(self, left: TutorLeft) -> None:
        """The tutor is gone: stop timers and letters, and end."""

    def leave_started(self, leave: LeaveStarted) -> None:
        """The tutor is away since `at`, which may be past: what waits for the tutor stands still."""

    def leave_ended(self, leave: LeaveEnded) -> None:
        """The tutor is back since `at`; clocks go on at `clocks_resume_at`."""

    def letter_news(self, news: LetterNews) -> None:
        """Something became known about a letter of the case."""

    def answer(self, said: TutorAnswer) -> AnswerReceipt:
        """The tutor has answered a letter; whether that is taken, in words for the tutor."""


Story = TypeVar("Story", bound=Listener)


class Hearing(Generic[Story]):
    """The ears of a case workflow: `class Coaching(Hearing[CoachingStory])`."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self._heard: set[str] = set()  # signals come more than once, the server does not sift them
        self._receipts: dict[str, AnswerReceipt] = {}

    @workflow.signal(description="The fact that started the case no longer holds")
    def rule_resolved(self, resolved: RuleResolved) -> None:
        if self._is_new(resolved.command_id):
            self.story.rule_resolved(resolved)

    @workflow.signal(description="Another rule has found something that belongs to this case")
    def also_found(self, found: AlsoFound) -> None:
        if self._is_new(found.command_id):
            self.story.also_found(found)

    @workflow.signal(description="The tutor is gone")
    def tutor_left(self, left: TutorLeft) -> None:
        if self._is_new(left.command_id):
            self.story.tutor_left(left)

    @workflow.signal(description="The tutor is on leave")
    def leave_started(self, leave: LeaveStarted) -> None:
        if self._is_new(leave.command_id):
            self.story.leave_started(leave)

    @workflow.signal(description="The tutor is back from leave")
    def leave_ended(self, leave: LeaveEnded) -> None:
        if self._is_new(leave.command_id):
            self.story.leave_ended(leave)

    @workflow.signal(description="Something became known about a letter of the case")
    def letter_news(self, news: LetterNews) -> None:
        if self._is_new(news.command_id):
            self.story.letter_news(news)

    @workflow.update(description="The tutor answers a letter")
    def answer(self, said: TutorAnswer) -> AnswerReceipt:
        if said.command_id not in self._receipts:
            self._receipts[said.command_id] = self.story.answer(said)
        return self._receipts[said.command_id]

    def _is_new(self, command_id: str) -> bool:
        known = command_id in self._heard
        self._heard.add(command_id)
        return not known
