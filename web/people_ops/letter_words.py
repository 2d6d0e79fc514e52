"""Letters and what became of them, as people-ops say it. A letter may be called like a task: so, apart."""

from typing import Any

from retention.vocabulary import Letter, LetterClass, LetterState

NAMES = {
    Letter.COACHING_TIMES: "Times for a call",
    Letter.COACHING_TIMES_REMINDER: "Times for a call, once more",
    Letter.COACHING_SCHEDULED: "The call has a time",
    Letter.COACHING_ACTIONS: "What was agreed",
    Letter.COACHING_CALLED_OFF: "The call is called off",
    Letter.COACHING_TIP: "Coaching tip",
    Letter.RULE_DECLINED: "A rule's proposals are declined",
}
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
