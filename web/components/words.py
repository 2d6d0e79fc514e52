"""Words and times as people read them. Templates use these as filters."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from retention.policy import BAND_UPPER_EDGES
from retention.programmes.registry import TASKS, TRAITS
from retention.vocabulary import RiskBand
from web.components.viewpoint import here

# Words whose plain form ("no_show" -> "No show") would read wrongly.
SPOKEN = {
    **{str(programme): entry.name for programme, entry in TRAITS.items()},
    **{str(kind): task.name for kind, task in TASKS.items()},
    "no_show_risk": "No-show risk",
    "high_reschedule": "Many reschedules",
    "poor_first_session": "Poor first sessions",
    "no_show": "No-show",
    "people_ops": "People Ops",
    "ops_manager": "Ops manager",
    "1-on-1": "One-to-one",
    "ok": "OK",
    "probably_not": "Probably not",
    "created": "Open",
    "canceled": "Withdrawn",
    "due_date_set": "Due date changed",
    "unclaimed": "Put back",
    "breached": "Overdue",
    "four_hours": "For 4 hours",
    "tomorrow": "Until tomorrow, 9:00",
    "three_days": "For 3 days, until 9:00",
    "next_monday": "Until next Monday, 9:00",
    "two_weeks": "For almost two weeks",
    "watch_next": "Watch how it goes",
    "close_now": "No need to watch it",
    "none_yet": "No first session yet",
    "time_agreed": "A time is agreed",
    "tutor_declined": "The tutor wants no call",
    "unreachable": "Nobody answered",
    "retention_interview": "Hand on to a retention interview",
    "held": "The call was held",
    "tutor_no_show": "The tutor did not come",
    "rescheduled": "The call is moved",
    "declined_by_manager": "Declined by the manager",
    "declined_by_tutor": "Declined by the tutor",
    "superseded": "Handed on to another case",
    "churned": "The tutor has left",
}
ICONS = {
    "first_session_review": "graduation-cap",
    "inactivity_check": "pause",
    "no_show_check": "calendar-x",
    "escalation_review": "arrow-up",
}
SOON = timedelta(hours=24)  # inside a day the distance is said, beyond it the weekday
SHORT = timedelta(hours=2)  # time runs short, whatever the task says


@dataclass(frozen=True)
class Due:
    """A due badge: short words, the exact time, and how urgent it is (over, soon, later).

    `date` says when it was due, where the words tell only how long ago that is.
    """

    text: str
    exact: str
    urgency: str
    date: str = ""


def spoken(word: object) -> str:
    """A vocabulary word as people say it."""
    text = str(word)
    return SPOKEN.get(text, text.replace("_", " ").capitalize())


def kind_icon(kind: object) -> str:
    """The icon of a task kind."""
    return ICONS.get(str(kind), "clipboard-list")


def local(at: datetime) -> datetime:
    """An instant on the viewer's wall clock."""
    return at.astimezone(here().zone)


def exact(at: datetime) -> str:
    """An instant in full: "Tue 24 Nov 2026, 14:05 GMT"."""
    return in_full(at, here().zone)


def in_full(at: datetime, zone: ZoneInfo) -> str:
    """An instant in full on the wall clock of a zone."""
    then = at.astimezone(zone)
    return f"{then:%a} {then.day} {then:%b %Y, %H:%M %Z}"


def moment(at: datetime) -> str:
    """An instant in short, as the viewer's day sees it: "14:05", "Tue 14:05", "24 Nov", "24 Nov 2025"."""
    then, today = local(at), local(here().now)
    distance = abs((then.date() - today.date()).days)
    if distance == 0:
        return f"{then:%H:%M}"
    if distance < 7:
        return f"{then:%a %H:%M}"
    return f"{then.day} {then:%b}" if then.year == today.year else f"{then.day} {then:%b %Y}"


def weekday_time(at: datetime) -> str:
    """Weekday, day and time for the top bar: "Tue 24 Nov, 14:05"."""
    return f"{local(at):%a} {day(at)}, {local(at):%H:%M}"


def day(at: datetime) -> str:
    """The viewer's calendar day of an instant: "24 Nov"."""
    return f"{local(at).day} {local(at):%b}"


def calendar_day(day_of_year: date | str) -> str:
    """A calendar day, as a date or its ISO form: "24 Nov"."""
    at = date.fromisoformat(day_of_year) if isinstance(day_of_year, str) else day_of_year
    return f"{at.day} {at:%b}"


def there(at: datetime, zone: str) -> str:
    """An instant on the wall where somebody else lives: "Tue 24 Nov, 14:05"."""
    then = at.astimezone(ZoneInfo(zone))
    return f"{then:%a} {then.day} {then:%b, %H:%M}"


def span(length: timedelta) -> str:
    """A length of time in its largest sensible unit: "45 min", "3 h", "4 days"."""
    minutes = int(abs(length).total_seconds() // 60)
    if minutes < 1:
        return "under a minute"
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    if hours < 48:
        return f"{hours} h"
    return f"{hours // 24} days"


def ago(at: datetime) -> str:
    """How long ago (or ahead) an instant is: "12 min ago", "in 3 h"."""
    distance = here().now - at
    if abs(distance) < timedelta(minutes=1):
        return "just now"
    return f"{span(distance)} ago" if distance > timedelta(0) else f"in {span(distance)}"


def due(at: datetime, *, soon: bool = False) -> Due:
    """The due badge of a deadline, seen from now; `soon` when its task says that time runs short."""
    left = at - here().now
    if left < timedelta(0):
        return Due(f"Overdue {span(left)}", exact(at), "over", date=f"due {moment(at)}")
    urgency = "soon" if soon or left < SHORT else "later"
    text = f"Due in {span(left)}" if left < SOON else f"Due {moment(at)}"
    return Due(text, exact(at), urgency)


def plain(number: float | None, digits: int = 1) -> str:
    """A figure without needless decimals: 4.0 -> "4", 4.25 -> "4.2", nothing -> "–"."""
    if number is None:
        return "–"
    text = f"{round(number, digits) + 0.0:,.{digits}f}"  # adding nothing makes of -0 a 0
    return text.rstrip("0").rstrip(".") if "." in text else text


def initials(name: str) -> str:
    """Up to two letters for a person's chip."""
    parts = [part for part in name.split() if part]
    return (
        "".join(part[0] for part in (parts[0], parts[-1]) if part)[: 2 if len(parts) > 1 else 1].upper()
        if parts
        else "?"
    )


def band_at(score: int) -> RiskBand:
    """The band that a score alone would have; a band falls only after days below its edge."""
    edges = zip(RiskBand, BAND_UPPER_EDGES, strict=False)
    return next((band for band, edge in edges if score <= edge), RiskBand.CRITICAL)
