"""Versions of the rulebook, as drafts that have or have not passed their check."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from retention.records import rulebook, rulebook_drafts, rulebook_publications
from rules.loader import digest_of, texts_of
from rules.trial import Trial, grammar

BEGUN = datetime(2026, 11, 18, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
SOONER = {"H1.coaching": "Churn score above 50 points → above 45 points"}


def changed(old: str, new: str) -> dict[str, str]:
    """The shipped book with one text in it exchanged."""
    texts = {name: text.replace(old, new) for name, text in texts_of().items()}
    assert texts != texts_of()
    return texts


def a_published_book(session: Session) -> int:
    """The shipped book as the first version."""
    texts = texts_of()
    seeded = rulebook_publications.seed(
        session, texts, digest=digest_of(texts), author="rule files", at=BEGUN
    )
    return seeded.version


def a_draft(session: Session, texts: dict[str, str], *, author: str = "7", passed: bool | None = True) -> int:
    """A draft made from the published version; `passed` None: not tried yet."""
    known = rulebook.standing(session)
    number = rulebook_drafts.keep_draft(
        session,
        texts,
        digest=digest_of(texts),
        author=author,
        at=BEGUN,
        note="Another bound.",
        parent=known.version if known else None,
    )
    if passed is not None:
        wrong = () if passed else ("tips.yaml:1:1: this is not YAML",)
        found = Trial(passed=passed, wrong=wrong, grammar=grammar(), engine="durable")
        rulebook_drafts.keep_trial(session, number, found.model_dump(mode="json"))
    return number


def bound(at: int) -> dict[str, str]:
    """The shipped book with another threshold for coaching."""
    return changed("when: {churn_score: {gt: 50}}", f"when: {{churn_score: {{gt: {at}}}}}")


def published(session: Session, number: int, *, needs_approval: bool = False, **more: Any) -> None:
    """Publish a version, as account 7 if nobody else is named."""
    wish: dict[str, Any] = {"actor": "7", "reason": "Sooner.", "at": NOW, "grammar": grammar()}
    told = {**wish, "changes": SOONER, **more}
    rulebook_publications.publish(session, number, needs_approval=needs_approval, **told)


def rolled_back(session: Session, to: int | None = None, **more: Any) -> int:
    """Roll back, as account 7 if nobody else is named; the version that is judged by then."""
    wish: dict[str, Any] = {"actor": "7", "reason": "Too many.", "at": NOW, "grammar": grammar()}
    told = {**wish, "changes": {}, "needs_approval": False, **more}
    return rulebook_publications.roll_back(session, to=to, **told)


def tried_again(session: Session, number: int) -> None:
    """A version has passed its check by this release."""
    found = {"passed": True, "wrong": [], "grammar": grammar(), "engine": "durable"}
    rulebook_drafts.keep_trial(session, number, found)


def two_versions(session: Session) -> tuple[int, int]:
    """The first book, and the version that has taken its place."""
    first = a_published_book(session)
    tried_again(session, first)
    second = a_draft(session, bound(45))
    published(session, second)
    return first, second
