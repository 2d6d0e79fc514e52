"""With a second person's approval switched on, nobody changes alone what is judged by."""

import pytest
from sqlalchemy.orm import Session

from retention.errors import Refusal
from retention.records import rulebook_approvals, rulebook_publications
from tests.factories.rulebooks import (
    NOW,
    a_draft,
    a_published_book,
    bound,
    published,
    rolled_back,
    two_versions,
)


def test_with_approval_switched_on_a_second_person_must_agree(session: Session) -> None:
    a_published_book(session)
    draft = a_draft(session, bound(45), author="7")
    with pytest.raises(Refusal, match="waits for the approval of a second person"):
        published(session, draft, needs_approval=True)
    with pytest.raises(Refusal, match="somebody who has not written it"):
        rulebook_publications.approve(session, draft, actor="7", note="", at=NOW)
    for _ in range(2):  # a second word changes nothing
        rulebook_publications.approve(session, draft, actor="8", note="Seen.", at=NOW)
    assert [line.actor for line in rulebook_approvals.approvals_of(session, draft)] == ["8"]
    published(session, draft, needs_approval=True)


@pytest.mark.parametrize("author", ["rule files", "operator"])
def test_what_no_person_has_drafted_needs_two_besides(session: Session, author: str) -> None:
    a_published_book(session)
    draft = a_draft(session, bound(45), author=author)
    rulebook_publications.approve(session, draft, actor="7", note="", at=NOW)
    with pytest.raises(Refusal, match="waits for the approval of a second person"):
        published(session, draft, needs_approval=True, actor="7")
    published(session, draft, needs_approval=True, actor="8")


def test_with_approval_switched_on_a_roll_back_needs_a_second_person_too(session: Session) -> None:
    first, second = two_versions(session)
    for agreed_by in (None, "7"):
        if agreed_by:
            rulebook_publications.approve_roll_back(session, first, actor=agreed_by, note="", at=NOW)
        with pytest.raises(Refusal, match=f"Rolling back to version {first} waits for the approval"):
            rolled_back(session, needs_approval=True)
    for _ in range(2):  # a second word changes nothing
        rulebook_publications.approve_roll_back(session, first, actor="8", note="Seen.", at=NOW)
    assert rolled_back(session, needs_approval=True, leaving=second) == first


def test_who_agreed_to_one_roll_back_has_not_agreed_to_the_next(session: Session) -> None:
    first, _second = two_versions(session)
    rulebook_publications.approve_roll_back(session, first, actor="8", note="", at=NOW)
    third = a_draft(session, bound(55))
    published(session, third)
    with pytest.raises(Refusal, match="waits for the approval"):
        rolled_back(session, first, needs_approval=True)
    rolled_back(session, first)
    with pytest.raises(Refusal, match="judged by already"):
        rulebook_publications.approve_roll_back(session, first, actor="8", note="", at=NOW)


def test_what_failed_its_check_cannot_be_approved(session: Session) -> None:
    a_published_book(session)
    draft = a_draft(session, bound(45), passed=False)
    with pytest.raises(Refusal, match="did not pass"):
        rulebook_publications.approve(session, draft, actor="8", note="", at=NOW)
