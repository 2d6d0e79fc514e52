"""What students say afterwards: most of them within hours, the first session apart."""

from dataclasses import dataclass

import numpy as np

from simulator import chance
from simulator.columns import Flags, Floats, Ints, Keys, rows
from simulator.profiles import Profile
from simulator.teaching import LATE, Taught
from simulator.tutors import DAY, Tutors

LATEST = 2 * DAY  # after the session; later nobody answers
SOON = 120  # seconds after the session before which nobody answers
DIMENSIONS = ("subject_knowledge", "communication", "patience", "engagement", "helpfulness")
EXPERIENCE = ("poor", "poor", "ok", "good", "great")  # by stars
AGAIN = ("no", "probably_not", "maybe", "yes", "yes")
COMPLAINTS = (
    "Tutor was late",
    "Tutor seemed unprepared",
    "Didn't explain things clearly",
    "Wasn't patient or encouraging",
    "Technical issues",
)  # PRD UI 3 step 3
WORDS = (
    ("I did not understand much.", "The tutor seemed to be somewhere else.", "Not what I had hoped for."),
    ("It was hard to follow.", "Too fast for me.", "We did not get to my homework."),
    ("It was fine.", "Some parts were good, others too long.", "Okay for a start."),
    ("Good explanations.", "Helped me with my homework.", "I know what to practise now."),
    ("Great session, very helpful!", "Now I get it.", "Best explanation so far."),
)


@dataclass(frozen=True)
class Said:
    """Feedback that was given; one row each."""

    taught: Taught
    at: Ints
    stars: Ints
    dimensions: Ints  # one column each; 0 = left out
    again: Ints  # place in AGAIN; only asked after a first session
    words: Ints  # place in WORDS, or -1


def means(taught: Taught, tutors: Tutors, *, strain: Floats, quality: Floats, profile: Profile) -> Floats:
    """The stars that each session would get on average: what no platform can see."""
    numbers, table = profile.feedback, taught.bookings
    first = table.number == 1
    tenure = table.day - tutors.joined[table.tutor]
    green = numbers.inexperience * np.exp(-np.maximum(tenure, 0) / numbers.experience_days)
    hard = np.array([numbers.subjects.get(name, 0.0) for name in profile.tutors.subjects])
    mean = np.where(first, numbers.first_mean - green, numbers.mean) + hard[table.subject]
    mean = mean + numbers.quality_effect * quality[table.tutor] - numbers.strain_effect * strain[table.tutor]
    return np.asarray(mean - numbers.late_loss * (taught.late > LATE) - 0.3 * taught.technical)


def stars(taught: Taught, mean: Floats, *, profile: Profile) -> Ints:
    """What each student thinks, whether or not it is said."""
    numbers, table = profile.feedback, taught.bookings
    spread = np.where(table.number == 1, numbers.first_spread, numbers.spread)
    noise = spread * chance.normal(table.key, "stars")
    return np.asarray(np.clip(np.rint(mean + noise), 1, 5), dtype=np.int64)


def said(taught: Taught, thought: Ints, *, profile: Profile) -> Said:
    """Who says it, when and in which words."""
    numbers = profile.feedback
    speaks = chance.uniform(taught.bookings.key, "feedback") < numbers.given
    taught, thought = rows(taught, speaks), thought[speaks]
    key = taught.bookings.key
    delay = SOON + numbers.hours * 3_600 * chance.exponential(key, "delay")
    talks = chance.uniform(key, "words") < numbers.words
    which = np.floor(3 * chance.uniform(key, "which words")).astype(np.int64)
    return Said(
        taught=taught,
        at=taught.ends + np.floor(np.minimum(delay, LATEST)).astype(np.int64),
        stars=thought,
        dimensions=_dimensions(key, thought),
        again=_again(key, thought),
        words=np.where(talks, which, -1),
    )


def _dimensions(key: Keys, thought: Ints) -> Ints:
    """The five dimensions, near the overall stars; most students leave them out."""
    answered = chance.uniform(key, "dimensions") < 0.5
    columns = [
        np.clip(np.rint(thought + 0.6 * chance.normal(key, name)), 1, 5).astype(np.int64)
        for name in DIMENSIONS
    ]
    return np.where(answered[:, None], np.array(columns).reshape(len(columns), len(key)).T, 0)


def _again(key: Keys, thought: Ints) -> Ints:
    """Mostly as the stars say; one in twenty answers differently by one step."""
    step = np.where(chance.uniform(key, "again") < 0.05, -1, 0)
    return np.clip(thought - 1 + step, 0, len(AGAIN) - 1)


def failed(taught: Taught, thought: Ints) -> Flags:
    """First sessions that went badly (< 3 stars)."""
    return np.asarray((taught.bookings.number == 1) & (thought < 3))
