"""What the platform is to show to its tutors: guides that no letter could bring."""

from typing import Annotated, Self

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, Field

from api.problems import declared
from api.senders import Sender, sender_with
from retention import links
from retention.records import portal_notes
from retention.records.database import transaction
from retention.records.portal_notes import LeftNote
from retention.vocabulary import Scope

router = APIRouter(prefix="/api/v1/portal-notes", tags=["Portal"], responses=declared(422))
PAGE = 100  # notes
Showing = Annotated[Sender, Depends(sender_with(Scope.PORTAL))]
After = Annotated[int, Query(ge=0, le=2**63 - 1, description="The number of the last note that you have.")]


class Note(BaseModel):
    """A guide for one tutor."""

    number: int
    tutor_id: Annotated[str, Field(description="Your own id of the tutor.")]
    title: str
    link: Annotated[str, Field(description="Opens the guide for this tutor alone; it needs no sign-in.")]
    at: AwareDatetime

    @classmethod
    def of(cls, note: LeftNote) -> Self:
        """A note as it is told."""
        link = links.guide_address(note.letter_key, note.tip)
        return cls(number=note.number, tutor_id=note.tutor_id, title=note.title, link=link, at=note.at)


class Notes(BaseModel):
    """A page of notes, and the number after which the next page begins."""

    notes: list[Note]
    next_after: int


@router.get("")
def notes_for_tutors(sender: Showing, after: After = 0) -> Notes:
    """Guides for tutors whom no letter reaches, oldest first. Ask again with `next_after`."""
    with transaction() as session:
        left = portal_notes.left_after(session, after, origin=sender.origin, most=PAGE)
    return Notes(notes=[Note.of(note) for note in left], next_after=left[-1].number if left else after)
