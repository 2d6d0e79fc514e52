"""What has to be known of a programme to list, start, show and answer it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from retention.messages.cases import StartCase
from retention.messages.forms import TaskForm
from retention.messages.letter_contents import Content
from retention.messages.letters import Invitation, Question
from retention.vocabulary import Letter, LetterClass, OwnerGroup, TaskKind


@dataclass(frozen=True)
class TaskEntry:
    """One kind of task that a programme opens."""

    name: str  # of the kind, in lists: "First-session review"
    title: str  # what is to be done: "Review a poor first session"
    form: type[TaskForm]
    afterwards: str  # what happens once it is completed, in people-ops words


@dataclass(frozen=True)
class LetterEntry:
    """One letter that a programme sends, with an example for the preview and for tests."""

    name: str  # in lists: "Times for a call"
    example: Content  # its model is what the letter is told
    question: Question | None = None  # of the example
    invitation: Invitation | None = None
    mail_class: LetterClass = LetterClass.NOTICE
    group: OwnerGroup | None = None  # a letter to colleagues, and not to the tutor
    to_colleague: bool = False  # a letter to one colleague

    @property
    def content(self) -> type[Content]:
        """What such a letter is told."""
        return type(self.example)


@dataclass(frozen=True, kw_only=True)
class ProgrammeTraits:
    """What rules and guards have to know of a programme, whether or not it is carried yet."""

    name: str  # in lists: "Coaching"
    needs_people: bool = True  # at most one case that does is open for a tutor (design 3)
    may_wait: bool = False  # for a place, by lot, when people have more to do than hours (decision 32)
    rest: timedelta = timedelta(0)  # after a case has acted, before the tutor gets another of this programme
    optional_mail: bool = False  # writes optional letters: not started while the tutor's mail budget is spent
    holdout: float = 0.0  # share of tutors who are left without it, so that its effect can be known


@dataclass(frozen=True, kw_only=True)
class ProgrammeEntry(ProgrammeTraits):
    """One programme that is carried: a workflow tells its story."""

    workflow: str  # what the Temporal UI lists it as; workflows/<programme>.py defines a class of this name
    start: type[StartCase] = StartCase  # the workflow's input, with the programme's terms
    tasks: Mapping[TaskKind, TaskEntry] = field(default_factory=dict)
    letters: Mapping[Letter, LetterEntry] = field(default_factory=dict)
    task_from_rule: bool = False  # the rule says which task is opened; else the story opens its own
