"""One version of the rulebook: what it changes, what trying it has found, and what may be done with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from retention.errors import Refusal
from retention.records import rulebook, rulebook_approvals, rulebook_publications, rulebook_tryouts
from retention.records.database import Session, transaction
from retention.records.rulebook import RulebookVersion
from retention.settings import settings
from retention.vocabulary import RulebookStatus
from rules.diff import RuleChange, diff
from rules.trial import grammar
from web import forms
from web.access import CurrentViewer, admitted
from web.faults import STATUS
from web.pages import page
from web.people_ops.rulebook_forms import ApproveForm, DiscardForm, PublishForm, RollBackForm, WatchForm
from web.people_ops.rulebook_reading import (
    OPEN_DRAFTS,
    RULES,
    STANDINGS,
    VERSIONS,
    Reading,
    in_force,
    names_of,
    reading_of,
)
from web.people_ops.tried_out import shown_tryout
from web.viewer import Viewer

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
DAYS = (30, 90, 180)  # of the past that a version may be tried on
USUAL_DAYS = 90
FORMS: dict[str, type[BaseModel]] = {
    "publish": PublishForm,
    "roll_back": RollBackForm,
    "approve": ApproveForm,
    "discard": DiscardForm,
    "shadow": WatchForm,
}
DONE = {
    "published": "It is in force from the next batch on.",
    "rolled_back": "It is in force again from the next batch on.",
    "approved": "You have agreed to it.",
    "discarded": "It is discarded; its text stays on record.",
    "shadow": "It is watched from now on.",
    "unwatched": "It is not watched any more.",
}
router = APIRouter(prefix=VERSIONS, include_in_schema=False, dependencies=[Depends(admitted)])


@dataclass(frozen=True)
class Posted:
    """What was typed into one of the forms, and what needs another look, or why it was refused."""

    form: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    mistakes: Mapping[str, str] = field(default_factory=dict)
    refused: Refusal | None = None

    @property
    def status(self) -> int:
        """Of the answer."""
        return STATUS.get(self.refused.kind, 422) if self.refused else 422 if self.form else 200


@router.get("", response_class=HTMLResponse)
def versions(request: Request, viewer: CurrentViewer) -> HTMLResponse:  # noqa: ARG001 (signed in)
    """Every version, and how the one in force came to be it."""
    with transaction() as session:
        found = rulebook.versions(session)
        history = rulebook_publications.publications(session, limit=50)
        names = names_of(session, [*(one.author for one in found), *(one.actor for one in history)])
    return page(
        request,
        "people_ops/rulebook_versions.html",
        current=RULES,
        versions=found,
        history=history,
        names=names,
        standings=STANDINGS,
    )


@router.get("/{number}", response_class=HTMLResponse)
def version(request: Request, viewer: CurrentViewer, number: Number, done: str = "") -> HTMLResponse:
    """One version."""
    return show_version(request, viewer, number, done=DONE.get(done, ""))


def show_version(
    request: Request, viewer: Viewer, number: int, *, posted: Posted | None = None, done: str = ""
) -> HTMLResponse:
    """The page of a version, with what was typed where that needs another look."""
    posted = posted or Posted()
    with transaction() as session:
        chosen = rulebook.version(session, number)
        published = in_force(rulebook.versions(session))
        reading = reading_of(session, number)
        told = _decisions(session, viewer, chosen, published)
        shown = shown_tryout(session, rulebook_tryouts.of(session, number))
        changes = _changes(session, reading, published, number)
    return page(
        request,
        "people_ops/rulebook_version.html",
        part="version",
        current=RULES,
        status=posted.status,
        version=chosen,
        published=published,
        fault=reading.fault,
        rule_ids=sorted(rule.id for rule in reading.book.rules) if reading.book else [],
        changes=changes,
        done=done,
        refused=posted.refused,
        opened=posted.form,
        tryout=shown,
        forms={name: _fields(name, posted) for name in FORMS},
        **told,
    )


def _changes(
    session: Session, reading: Reading, published: RulebookVersion | None, number: int
) -> list[RuleChange] | None:
    """What would be different if this version were in force; None: it is, or nobody can tell."""
    if published is None or published.version == number or reading.book is None:
        return None
    other = reading_of(session, published.version)
    return diff(other.book, reading.book) if other.book is not None else None


def _decisions(
    session: Session, viewer: Viewer, chosen: RulebookVersion, published: RulebookVersion | None
) -> dict[str, Any]:
    """Who has decided what about a version, and what may be decided now."""
    publications = rulebook_publications.publications(session)
    history = [line for line in publications if line.to_version == chosen.version]
    takes_back = publications[0].id if chosen.status == RulebookStatus.RETIRED else None
    approvals = rulebook_approvals.approvals_of(session, chosen.version, takes_back=takes_back)
    actors = [chosen.author, *(line.actor for line in history), *(line.actor for line in approvals)]
    trial, is_open = chosen.trial, RulebookStatus(chosen.status) in OPEN_DRAFTS
    checked = trial is not None and trial["grammar"] == grammar()
    return {
        "standings": STANDINGS,
        "days": DAYS,
        "usual_days": USUAL_DAYS,
        "history": history,
        "approvals": approvals,
        "names": names_of(session, actors),
        "checked": checked,
        "passed": checked and trial is not None and trial["passed"],
        "is_open": is_open,
        "stale": is_open and published is not None and chosen.parent != published.version,
        "needs_approval": settings().rulebook_needs_approval,
        "agreed": _is_agreed(session, viewer, chosen, takes_back),
        "mine": any(line.actor == viewer.actor for line in approvals),
        "own": chosen.author == viewer.actor,
        "before": rulebook_publications.before_published(session),
    }


def _is_agreed(session: Session, viewer: Viewer, chosen: RulebookVersion, takes_back: int | None) -> bool:
    """Whether this viewer could put it in force without asking anybody any more."""
    try:
        if takes_back is None:
            rulebook_approvals.must_be_approved(session, chosen, publisher=viewer.actor)
        else:
            rulebook_approvals.must_be_agreed_to(
                session, chosen.version, takes_back=takes_back, actor=viewer.actor
            )
    except Refusal:
        return False
    return True


def _fields(name: str, posted: Posted) -> list[Any]:
    mine = posted.form == name
    values, mistakes = (posted.values, posted.mistakes) if mine else ({}, {})
    return forms.fields_of(FORMS[name], values, mistakes=mistakes)
