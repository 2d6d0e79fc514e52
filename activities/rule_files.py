"""The rule files of a release: they give the first version, and later ones are offered as drafts."""

import logging
import time

from activities.court import AUTHOR, COURTROOM
from retention.records import rulebook, rulebook_drafts, world
from retention.records.database import Unreachable, transaction
from retention.settings import settings
from rules.loader import digest_of, texts_of
from rules.trial import tried

AGAIN_AFTER = 1.0  # seconds until a database that does not answer is tried again

log = logging.getLogger("mainstay")


def take_stock_patiently() -> None:
    """The same as `take_stock`, as soon as the database answers."""
    while True:
        try:
            return take_stock()
        except Unreachable:
            log.warning("The database does not answer.")
            time.sleep(AGAIN_AFTER)


def take_stock() -> None:
    """Open the court, and offer rule files that differ from every version as a draft. Repeatable.

    Raises BookRefused when the published version, or the first one, cannot be judged by.
    """
    with transaction() as session:
        at = world.the_clock(session).now()
        court = COURTROOM.court(session, at=at)
    texts = texts_of(settings().rules_folder)
    digest = digest_of(texts)
    with transaction() as session:
        known = rulebook.of_digest(session, digest)
        tried_before = known is not None and rulebook.version(session, known).trial is not None
    if tried_before:
        return
    trial = tried(texts, engine=settings().rules_engine)
    note = f"The rule files of this release differ from version {court.version}, which is judged by."
    with transaction() as session:
        number = rulebook_drafts.keep_draft(
            session, texts, digest=digest, author=AUTHOR, at=at, note=note, parent=court.version
        )
        rulebook_drafts.keep_trial(session, number, trial.model_dump(mode="json"))
    if number != court.version:
        log.warning("The rule files differ: version %d is a draft. See /people-ops/rules.", number)
