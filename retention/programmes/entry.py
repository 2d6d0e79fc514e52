"""What has to be known of a programme to list, start, show and answer it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from retention.messages.cases import StartCase
from retention.messages.forms import TaskForm
from retention.vocabulary import TaskKind


@dataclass(frozen=True)
class TaskEntry:
    """One kind of task that a programme opens."""

    name: str  # of the kind, in lists: "First-session review"
    title: str  # what is to be done: "Review a poor first session"
    form: type[TaskForm]
    afterwards: str  # what happens once it is completed, in people-ops words


@dataclass(frozen=True)
class ProgrammeEntry:
    """One programme."""

    workflow: str  # what the Temporal UI lists it as; workflows/<programme>.py defines a class of this name
    name: str  # in lists: "Coaching"
    start: type[StartCase] = StartCase  # the workflow's input, with the programme's terms
    tasks: Mapping[TaskKind, TaskEntry] = field(default_factory=dict)
    needs_people: bool = True  # at most one case that does is open for a tutor (design 3)
