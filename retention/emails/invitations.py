"""Calendar entries that travel with letters (RFC 5545, RFC 5546)."""

from datetime import datetime, timedelta

from icalendar import Calendar as Entry, Event, vCalAddress

from retention.emails.message import Address, Calendar
from retention.messages.letters import Invitation

PRODUCT = "-//Mainstay//Letters//EN"


def calendar_of(
    invitation: Invitation, *, organizer: Address, guests: tuple[Address, ...], at: datetime
) -> Calendar:
    """The invitation as a file: a request, or the cancellation of one with the same uid."""
    method = "CANCEL" if invitation.cancelled else "REQUEST"
    event = Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", at)
    event.add("dtstart", invitation.starts_at)
    event.add("dtend", invitation.starts_at + timedelta(minutes=invitation.minutes))
    event.add("summary", " ".join(invitation.summary.split()))
    event.add("status", "CANCELLED" if invitation.cancelled else "CONFIRMED")
    event.add("organizer", _person(organizer))
    for guest in guests:
        event.add("attendee", _guest(guest))
    entry = Entry()
    entry.add("prodid", PRODUCT)
    entry.add("version", "2.0")
    entry.add("method", method)
    entry.add_component(event)
    return Calendar(entry.to_ical().decode(), method)


def _person(address: Address) -> vCalAddress:
    person = vCalAddress(f"mailto:{address.email}")
    person.params["cn"] = address.name
    return person


def _guest(address: Address) -> vCalAddress:
    guest = _person(address)
    guest.params["rsvp"] = "FALSE"  # the letter's own link is the answer
    guest.params["partstat"] = "ACCEPTED"
    return guest
