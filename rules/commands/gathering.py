"""What trying a book needs of the records, put together; for the command line and for activities."""

from datetime import datetime

from retention.records import known, looks, pasts, rulebook, tutors, world
from retention.records.database import Session
from rules.book import Book
from rules.diff import diff
from rules.dry_run import DryRun, dry_run
from rules.loader import BookRefused, parse_book
from rules.situation import Situation
from rules.trying import PastRows


def on_everybody(session: Session, new: Book, old: Book) -> DryRun:
    """Both books on what is known now of everybody who has not left."""
    at = world.the_clock(session).now()
    rows = known.known_of(session, tutors.with_us(session), as_of=at)
    situations = [Situation.model_validate({**row, "moments": ()}) for row in rows]
    return dry_run(new, old, situations, as_of=at, staff=pasts.staff_by_group(session))


def changes_between(session: Session, before: int | None, after: int) -> dict[str, str]:
    """What differs between two versions, rule by rule in words; the head of the book under no name."""
    if before is None or before == after:
        return {}
    try:
        old, new = (parse_book(rulebook.files_of(session, number)) for number in (before, after))
    except BookRefused:
        return {"": "One of the versions cannot be read by this release, so nothing can be compared."}
    return {one.rule_id: one.words for one in diff(old, new)}


def past_rows(session: Session, begin: datetime, end: datetime) -> PastRows:
    """The past of a time, [begin, end); its looks are read as they are asked for."""
    return PastRows(
        begin=begin,
        end=end,
        tutors=pasts.tutors_between(session, begin, end),
        looks=looks.between(session, begin, end),
        states=looks.states_before(session, begin),
        courses=pasts.courses_between(session, begin, end),
        usual=pasts.usual_courses(session),
        departures=pasts.departures_since(session, begin),
        staff=pasts.staff_by_group(session),
    )
