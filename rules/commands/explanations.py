"""One tutor explained from the records: where every rule stands now, or stood at an instant of the past."""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from retention.errors import NotFound, Refusal
from retention.records import accounts, decisions, known, looks, rulebook, situations
from retention.records.database import Session
from rules.book import Book
from rules.changes import last_changes
from rules.conflicts import lead
from rules.explaining import explained
from rules.explanation import Changed, Explanation, LastDecision, SeenSession
from rules.loader import BookRefused, parse_book
from rules.replay import KeptLook, kept_looks, states_of
from rules.situation import Situation

MOST_BOOKS = 8  # kept ready in a process; a version's text never changes
INSTANT = timedelta(microseconds=1)
LOOKED_BACK = (timedelta(days=2), timedelta(days=400))  # for the last look before an instant
AUTHORS = {"rule files": "a release", "operator": "the command line"}


class NothingToTell(NotFound):
    """No rulebook is published yet, or the tutor had not been judged by then."""


class Unreadable(Refusal):
    """A version of an older release, whose words this one does not know."""

    kind = "unreadable"


_ready: OrderedDict[int, tuple[Book, dict[str, Changed]]] = OrderedDict()


def as_of_now(session: Session, tutor_number: int, *, at: datetime) -> Explanation:
    """Where every rule of the published version stands with a tutor. Raises NotFound, NothingToTell."""
    published = rulebook.standing(session)
    if published is None:
        raise NothingToTell("No rulebook is published yet.", instead="The rules worker keeps the first one.")
    rows = known.known_of(session, [tutor_number], as_of=at)
    if not rows:
        raise NotFound("There is no such tutor.", instead="Look for the tutor by name in the tasks.")
    situation = Situation(**rows[0], moments=())
    return _told(session, situation, version=published.version, session_seen=_newest(session, situation))


def as_of_then(session: Session, tutor_number: int, *, at: datetime) -> Explanation:
    """The same as it was known and judged at the last look up to an instant. Raises NothingToTell."""
    last = _last_look(session, tutor_number, at=at)
    if last is None or last.version is None:
        raise NothingToTell("Nobody had judged this tutor by then.", instead="Ask about a later instant.")
    states = states_of(looks.states_before(session, at + INSTANT, tutors=[tutor_number]))
    situation = last.situation(states.get(tutor_number, {})).model_copy(update={"moments": ()})
    return _told(session, situation, version=last.version, session_seen=_newest(session, situation))


def _last_look(session: Session, tutor_number: int, *, at: datetime) -> KeptLook | None:
    """The last judged look up to an instant; everybody is looked at each day but those who have left."""
    for back in LOOKED_BACK:
        rows = looks.between(session, at - back, at + INSTANT, tutors=[tutor_number])
        judged = [look for look in kept_looks(rows) if look.version is not None]
        if judged:
            return judged[-1]
    return None


def _newest(session: Session, situation: Situation) -> SeenSession | None:
    row = situations.newest_session(session, situation.tutor_number, as_of=situation.as_of)
    if row is None:
        return None
    facts = {name: value for name, value in row.items() if name != "session_id"}
    return SeenSession(session_id=row["session_id"], facts=facts)


def _told(
    session: Session, situation: Situation, *, version: int, session_seen: SeenSession | None
) -> Explanation:
    book, changed = _made_ready(session, version)
    last = {
        row.pop("rule_id"): LastDecision(**row)
        for row in decisions.last_of_rules(session, situation.tutor_number, at=situation.as_of)
    }
    leading = lead(book.conflicts, situation.open_cases)
    return Explanation(
        tutor_number=situation.tutor_number,
        as_of=situation.as_of,
        rulebook_version=version,
        open_cases=situation.open_cases,
        lead=leading.case_id if leading else None,
        rules=explained(book, situation, session=session_seen, last=last, changed=changed),
    )


def _made_ready(session: Session, version: int) -> tuple[Book, dict[str, Changed]]:
    """The book of a version, and who changed each of its rules last."""
    if version not in _ready:
        lineage = rulebook.lineage_of(session, version)
        _ready[version] = _read(lineage[0]["files"], version), _changes(session, lineage)
        while len(_ready) > MOST_BOOKS:
            _ready.popitem(last=False)
    return _ready[version]


def _read(files: Mapping[str, str], version: int) -> Book:
    try:
        return parse_book(files)
    except BookRefused as refused:
        raise Unreadable(
            f"This release cannot read version {version} of the rulebook: {refused.faults[0]}",
            instead="Look at the decisions that were recorded then.",
        ) from None


def _changes(session: Session, lineage: list[dict[str, Any]]) -> dict[str, Changed]:
    names = {str(one.id): one.name for one in accounts.staff(session)}
    by_number = {row["version"]: _changed(row, names) for row in lineage}
    found = last_changes((row["version"], row["files"]) for row in lineage)
    return {rule_id: by_number[number] for rule_id, number in found.items()}


def _changed(row: Mapping[str, Any], names: Mapping[str, str]) -> Changed:
    author = AUTHORS.get(row["author"], names.get(row["author"], row["author"]))
    return Changed(version=row["version"], author=author, at=row["created_at"], note=row["note"])
