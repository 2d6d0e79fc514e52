"""Drafts of the rulebook: kept, tried, watched in shadow, discarded."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from retention.errors import Refusal
from retention.records import rulebook
from retention.records.announcements import announce
from retention.records.database import Session
from retention.records.rulebook import RulebookVersion
from retention.vocabulary import RulebookStatus


def keep_draft(
    session: Session,
    files: Mapping[str, str],
    *,
    digest: str,
    author: str,
    at: datetime,
    note: str,
    parent: int | None = None,
) -> int:
    """Keep a text of the book as a draft; returns its number.

    A text that is known keeps its number and its author, but for one that was discarded: it is a draft again,
    by whoever wants it now.
    """
    anew = {"author": author, "note": note, "status": RulebookStatus.DRAFT, "parent": parent}
    text = {"digest": digest, "files": dict(files), "created_at": at, "fault": ""}
    discarded = RulebookVersion.status == RulebookStatus.DISCARDED
    kept = insert(RulebookVersion).values(text | anew)
    session.execute(kept.on_conflict_do_update(index_elements=["digest"], set_=anew, where=discarded))
    number = rulebook.of_digest(session, digest)
    assert number is not None
    announce(session, rulebook.TOPIC, [number])
    return number


def keep_trial(session: Session, number: int, trial: Mapping[str, Any]) -> None:
    """Keep what the throw-away process has found about a version (`rules.trial.Trial`)."""
    rulebook.version(session, number).trial = dict(trial)
    announce(session, rulebook.TOPIC, [number])


def shadow(session: Session, number: int, *, at: datetime) -> None:
    """Watch a draft from now on; one that is in shadow becomes a draft again. Repeatable.

    Raises NotFound, and Refusal when it is no draft or has not passed its check.
    """
    chosen = rulebook.version(session, number)
    if chosen.status == RulebookStatus.SHADOW:
        return
    if chosen.status != RulebookStatus.DRAFT:
        raise Refusal(f"Version {number} is {chosen.status}.", instead="Only a draft can be watched.")
    if chosen.trial is None or not chosen.trial["passed"]:
        raise Refusal(f"Version {number} has not passed its check.", instead="Mend what the check names.")
    end_shadow(session)
    _stand(session, number, RulebookStatus.SHADOW, since=at)


def end_shadow(session: Session) -> None:
    """Watch no draft any more. Repeatable."""
    watched = rulebook.of_status(session, RulebookStatus.SHADOW)
    if watched is not None:
        _stand(session, watched.version, RulebookStatus.DRAFT, since=None)


def discard(session: Session, number: int) -> None:
    """Decide against a draft; its text stays on record. Repeatable. Raises NotFound, Refusal."""
    chosen = rulebook.version(session, number)
    if chosen.status == RulebookStatus.DISCARDED:
        return
    if chosen.status not in {RulebookStatus.DRAFT, RulebookStatus.SHADOW}:
        raise Refusal(f"Version {number} is {chosen.status}.", instead="Only a draft can be discarded.")
    _stand(session, number, RulebookStatus.DISCARDED, since=None)


def _stand(session: Session, number: int, status: RulebookStatus, *, since: datetime | None) -> None:
    stands = update(RulebookVersion).where(RulebookVersion.version == number)
    session.execute(stands.values(status=status, shadow_since=since))
    announce(session, rulebook.TOPIC, [number])
