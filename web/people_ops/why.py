"""Why, and why not: where every rule stands with one tutor, now or as it was judged at an instant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from retention.records import audit, tutors
from retention.records.database import Session, transaction
from rules.commands.explanations import NothingToTell, as_of_now, as_of_then
from rules.explaining import only
from rules.explanation import Explanation, RuleExplained, Standing
from web.access import CurrentViewer, admitted
from web.pages import page
from web.people_ops.tutor import Number

HEADINGS = {  # in the order of the page
    Standing.FIRES: "Fires at its next look",
    Standing.HELD: "Would fire, and is held back",
    Standing.WAITS: "Holds, and has to hold for longer",
    Standing.RUNS: "Has fired, and is not settled",
    Standing.NEAR: "Near",
    Standing.UNKNOWN: "Hangs on what is not known",
    Standing.DONE: "Has been looked at",
    Standing.NOT: "Does not fire",
    Standing.OFF: "Is not judged",
}
SHOWN = frozenset({Standing.FIRES, Standing.HELD, Standing.WAITS, Standing.RUNS, Standing.NEAR})

router = APIRouter(prefix="/people-ops/tutors", include_in_schema=False, dependencies=[Depends(admitted)])


@dataclass(frozen=True)
class Group:
    """Rules that stand alike."""

    standing: Standing
    heading: str
    rules: Sequence[RuleExplained]
    shown: bool


@router.get("/{number}/why", response_class=HTMLResponse)
def why(
    *,
    request: Request,
    viewer: CurrentViewer,
    number: Number,
    rule: Annotated[str, Query(max_length=60)] = "",
    at: datetime | None = None,
) -> HTMLResponse:
    """The page; for an open page the list alone. `rule`: only one; `at`: as it was judged then."""
    with transaction() as session:
        name = tutors.name_of(session, number)
        told, nothing = _told(session, number, at=at, now=viewer.clock.now())
        audit.note(session, "tutor.explained", actor=viewer.actor, subject=f"tutor/{number}")
    rules = only(told.rules, rule) if told else ()
    return page(
        request,
        "people_ops/why.html",
        part="told",
        number=number,
        name=name,
        told=told,
        nothing=nothing,
        rule=rule,
        then=at is not None,
        groups=list(_groups(rules, alone=rule != "")),
    )


def _told(
    session: Session, number: int, *, at: datetime | None, now: datetime
) -> tuple[Explanation | None, NothingToTell | None]:
    try:
        if at is None:
            return as_of_now(session, number, at=now), None
        return as_of_then(session, number, at=at), None
    except NothingToTell as nothing:
        return None, nothing


def _groups(rules: Sequence[RuleExplained], *, alone: bool) -> Iterator[Group]:
    for standing, heading in HEADINGS.items():
        alike = [one for one in rules if one.standing is standing]
        if alike:
            yield Group(standing, heading, alike, shown=alone or standing in SHOWN)
