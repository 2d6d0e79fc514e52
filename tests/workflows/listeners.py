"""A programme that does nothing but listen, for what is said of hearing."""

from temporalio import workflow

from retention.messages.cases import AlsoFound, RuleResolved
from retention.messages.letters import AnswerReceipt, LetterNews, TutorAnswer
from retention.messages.tutors import LeaveEnded, LeaveStarted, TutorLeft
from workflows.hearing import Hearing


class Diary:
    """Writes down what it hears, until the tutor is gone."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.over = False

    def rule_resolved(self, resolved: RuleResolved) -> None:
        self.lines.append(resolved.reason)

    def also_found(self, found: AlsoFound) -> None:
        self.lines.append(found.reason)

    def tutor_left(self, left: TutorLeft) -> None:
        self.lines.append(left.reason)
        self.over = True

    def leave_started(self, leave: LeaveStarted) -> None:
        self.lines.append(f"away {leave.at:%d}")

    def leave_ended(self, leave: LeaveEnded) -> None:
        self.lines.append(f"back {leave.at:%d}, {leave.clocks_resume_at:%d}")

    def letter_news(self, news: LetterNews) -> None:
        self.lines.append(news.event)

    def answer(self, said: TutorAnswer) -> AnswerReceipt:
        self.lines.append(said.choice)
        return AnswerReceipt(taken=len(self.lines) == 1, words=f"Answer {len(self.lines)}")


@workflow.defn(name="ListeningCase")
class ListeningCase(Hearing[Diary]):
    """A case as its shell looks."""

    @workflow.init
    def __init__(self, _case: str) -> None:
        super().__init__(Diary())

    @workflow.run
    async def run(self, _case: str) -> list[str]:
        await workflow.wait_condition(lambda: self.story.over)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self.story.lines
