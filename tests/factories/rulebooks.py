"""Versions of the rulebook, as drafts that have or have not passed their check."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from retention.records import rulebook, rulebook_drafts, rulebook_publications
from rules.loader import digest_of, texts_of
from rules.trial import Trial, grammar

BEGUN = datetime(2026, 11, 18, 9, tzinfo=UTC)


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
