"""Letters and what became of them, as people-ops say it. A letter may be called like a task: so, apart."""

from typing import Any

from retention.programmes.registry import LETTERS
from retention.vocabulary import LetterClass, LetterState

NAMES = {letter: entry.name for letter, entry in LETTERS.items()}
STATES = {  # word and tone
    LetterState.NEW: ("Waits for the provider", "warn"),
    LetterState.SENDING: ("On its way", "info"),
    LetterState.SENT: ("Sent", "good"),
    LetterState.AMBIGUOUS: ("Unclear", "warn"),
    LetterState.SUPPRESSED: ("Not sent", "plain"),
    LetterState.FAILED: ("Refused", "wrong"),
}
BOUNCED = ("Bounced", "wrong")
CLASSES = {
    LetterClass.OPTIONAL: "Optional: counts against the mail budget",
    LetterClass.NOTICE: "Notice: not optional, not counted",
}
WORDS: dict[str, Any] = {
    "names": NAMES,
    "states": STATES,
    "bounced": BOUNCED,
    "classes": CLASSES,
}  # for the templates
