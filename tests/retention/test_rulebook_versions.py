"""Versions of the rulebook: one is judged by, every change of it is kept, a bad one never replaces it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from retention.errors import Conflict, NotFound, Refusal
from retention.records import rulebook, rulebook_drafts, rulebook_publications
from retention.vocabulary import RulebookStatus
from rules.loader import texts_of
from tests.factories.rulebooks import (
    NOW,
    SOONER,
    a_draft,
    a_published_book,
    bound,
    published,
    rolled_back,
    tried_again,
    two_versions,
)


def statuses(session: Session) -> list[str]:
    session.expire_all()
    return [one.status for one in reversed(rulebook.versions(session))]


def lines(session: Session) -> list[tuple[str, int | None, int]]:
    told = reversed(rulebook_publications.publications(session))
    return [(line.act, line.from_version, line.to_version) for line in told]


def test_the_first_book_is_published_as_it_is_and_only_once(session: Session) -> None:
    first = a_published_book(session)
    assert a_published_book(session) == first
    assert rulebook.standing(session) == (first, rulebook.version(session, first).digest)
    assert rulebook.files_of(session, first) == texts_of()
    assert lines(session) == [("seed", None, first)]


def test_a_text_that_is_known_keeps_its_number(session: Session) -> None:
    a_published_book(session)
    draft = a_draft(session, bound(45))
    assert a_draft(session, bound(45), author="8") == draft
    assert rulebook.version(session, draft).author == "7"


def test_publishing_retires_the_version_before(session: Session) -> None:
    first = a_published_book(session)
    second = a_draft(session, bound(45))
    published(session, second)
    published(session, second)  # again: nothing more
    assert statuses(session) == ["retired", "published"]
    assert lines(session) == [("seed", None, first), ("publish", first, second)]


def test_a_publication_says_what_it_changed_and_is_found_by_the_rule(session: Session) -> None:
    a_published_book(session)
    second = a_draft(session, bound(45))
    published(session, second)
    line = rulebook_publications.last_change(session, "H1.coaching")
    assert line is not None
    assert (line.to_version, line.changes, line.actor) == (second, SOONER, "7")
    assert rulebook_publications.last_change(session, "A1.ratings") is None
    history = rulebook_publications.changes_of(session, "H1.coaching")
    assert [one.act for one in history] == ["publish", "seed"]


def test_a_draft_that_was_not_checked_is_not_published(session: Session) -> None:
    a_published_book(session)
    draft = a_draft(session, bound(45), passed=None)
    with pytest.raises(Refusal, match="has not been checked"):
        published(session, draft)
    assert statuses(session) == ["published", "draft"]


def test_a_draft_that_failed_its_check_never_replaces_a_good_one(session: Session) -> None:
    a_published_book(session)
    draft = a_draft(session, bound(45), passed=False)
    for act in (published, lambda session, number: rulebook_drafts.shadow(session, number, at=NOW)):
        with pytest.raises(Refusal, match=r"did not pass its check|has not passed its check"):
            act(session, draft)
    assert statuses(session) == ["published", "draft"]


def test_a_check_by_another_release_says_nothing_of_this_one(session: Session) -> None:
    a_published_book(session)
    draft = a_draft(session, bound(45))
    with pytest.raises(Refusal, match="not been checked by this release"):
        published(session, draft, grammar="another")


def test_a_draft_that_was_overtaken_is_published_only_despite_that(session: Session) -> None:
    a_published_book(session)
    mine, yours = a_draft(session, bound(45)), a_draft(session, bound(55))
    published(session, yours)
    with pytest.raises(Conflict, match=f"Version {yours} was published after version {mine} was begun"):
        published(session, mine)
    published(session, mine, despite=True)
    assert statuses(session) == ["retired", "published", "retired"]


def test_a_roll_back_does_not_take_back_what_was_published_meanwhile(session: Session) -> None:
    first, second = two_versions(session)
    third = a_draft(session, bound(55))
    published(session, third)
    with pytest.raises(Conflict, match=f"Version {third} was published meanwhile"):
        rolled_back(session, first, leaving=second)
    assert statuses(session) == ["retired", "retired", "published"]


def test_a_second_roll_back_goes_no_further_down_unasked(session: Session) -> None:
    _first, second = two_versions(session)
    third = a_draft(session, bound(55))
    published(session, third)
    assert rolled_back(session) == second
    with pytest.raises(Refusal, match="no version before"):
        rolled_back(session)


def test_rolling_back_brings_the_same_text_back_under_its_own_number(session: Session) -> None:
    first = a_published_book(session)
    tried_again(session, first)
    second = a_draft(session, bound(45))
    published(session, second)
    assert rolled_back(session) == first
    assert rulebook.files_of(session, first) == texts_of()
    assert statuses(session) == ["published", "retired"]
    assert lines(session)[-1] == ("roll_back", second, first)


def test_after_a_roll_back_there_is_nothing_before_it_but_any_served_version_can_be_named(
    session: Session,
) -> None:
    first = a_published_book(session)
    tried_again(session, first)
    second, never = a_draft(session, bound(45)), a_draft(session, bound(55))
    published(session, second)
    rolled_back(session)
    with pytest.raises(Refusal, match="no version before"):
        rolled_back(session)
    with pytest.raises(Refusal, match="never judged by"):
        rolled_back(session, to=never)
    with pytest.raises(Refusal, match="is judged by already"):
        rolled_back(session, to=first)
    assert rolled_back(session, to=second) == second


def test_a_version_that_was_judged_by_is_rolled_back_to_and_not_published(session: Session) -> None:
    first = a_published_book(session)
    tried_again(session, first)
    published(session, a_draft(session, bound(45)))
    with pytest.raises(Refusal, match="Roll back to it"):
        published(session, first, despite=True)


def test_a_version_that_this_release_cannot_read_is_not_rolled_back_to(session: Session) -> None:
    a_published_book(session)  # never tried by this release
    published(session, a_draft(session, bound(45)))
    with pytest.raises(Refusal, match="not been checked by this release"):
        rolled_back(session)


def test_one_draft_is_watched_at_a_time(session: Session) -> None:
    a_published_book(session)
    one, other = a_draft(session, bound(45)), a_draft(session, bound(55))
    rulebook_drafts.shadow(session, one, at=NOW)
    rulebook_drafts.shadow(session, other, at=NOW)
    assert statuses(session) == ["published", "draft", "shadow"]
    watched = rulebook.of_status(session, RulebookStatus.SHADOW)
    assert watched is not None
    assert (watched.version, watched.shadow_since) == (other, NOW)
    rulebook_drafts.end_shadow(session)
    assert statuses(session) == ["published", "draft", "draft"]


def test_a_watched_draft_can_be_published(session: Session) -> None:
    a_published_book(session)
    draft = a_draft(session, bound(45))
    rulebook_drafts.shadow(session, draft, at=NOW)
    published(session, draft)
    assert statuses(session) == ["retired", "published"]


def test_a_discarded_draft_is_neither_published_nor_watched(session: Session) -> None:
    first = a_published_book(session)
    draft = a_draft(session, bound(45))
    rulebook_drafts.discard(session, draft)
    rulebook_drafts.discard(session, draft)
    with pytest.raises(Refusal, match="was discarded"):
        published(session, draft)
    with pytest.raises(Refusal, match="Only a draft can be watched"):
        rulebook_drafts.shadow(session, draft, at=NOW)
    with pytest.raises(Refusal, match="Only a draft can be discarded"):
        rulebook_drafts.discard(session, first)


def test_a_discarded_text_can_be_a_draft_again_by_whoever_wants_it(session: Session) -> None:
    a_published_book(session)
    draft = a_draft(session, bound(45))
    rulebook_drafts.discard(session, draft)
    assert a_draft(session, bound(45), author="8") == draft
    session.expire_all()
    again = rulebook.version(session, draft)
    assert (again.status, again.author) == (RulebookStatus.DRAFT, "8")


def test_an_unknown_version_is_not_found(session: Session) -> None:
    a_published_book(session)
    with pytest.raises(NotFound, match="no version 99"):
        published(session, 99)


@pytest.mark.parametrize("table", ["rulebook_publications", "rulebook_approvals"])
@pytest.mark.parametrize("change", ["UPDATE {} SET actor = 'x'", "DELETE FROM {}"])
def test_who_published_and_who_agreed_is_never_rewritten(session: Session, table: str, change: str) -> None:
    a_published_book(session)
    draft = a_draft(session, bound(45))
    rulebook_publications.approve(session, draft, actor="8", note="Seen.", at=NOW)
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text(change.format(table)))
