"""What the demo's operations manager does about models: she reads the page as it stands, and says her word.

Without a champion she takes a challenger of which nothing speaks against it, although on a young platform
most cannot be known yet, and turns down one that misses something. A champion she replaces only by one that
meets every condition that a history of this length can judge; else the challenger is left waiting, for
whoever opens the demo.
"""

import re
from typing import Literal

from retention.vocabulary import ModelKind
from simulator.pages import form_for
from simulator.people import StaffMember

PAGE = "/people-ops/models?kind={kind}"
WAITING = re.compile(r"Model (\d+) waits for your word")
NOBODY_SERVES = "No model serves"
NOT_MET, NOT_KNOWN = ">Not met<", ">Not known yet<"
Word = Literal["promote", "reject"]
REASONS = {
    (
        "promote",
        True,
    ): "Nothing speaks against it. The long outcomes are not known yet; the card is read again "
    "when they are.",
    ("promote", False): "It meets every condition of the promotion rule that can be judged by now.",
    ("reject", False): "It misses a condition. The next night learns a newer one.",
    ("reject", True): "It misses a condition. The next night learns a newer one.",
}


def look(member: StaffMember, kind: ModelKind = ModelKind.CHURN) -> Word | None:
    """One look at the page; what was decided, if anything. Raises Conflict when the page refuses it."""
    html = member.page(PAGE.format(kind=kind))
    waiting, word = WAITING.search(html), word_about(html)
    form = form_for(html, f"/{waiting[1]}/decide") if waiting else None
    if form is None or word is None:
        return None
    unknown = NOT_KNOWN in html
    answers = {"decision": word, "reason": REASONS[word, unknown]}
    if word == "promote" and unknown:
        answers["despite"] = "true"
    member.send(form, answers)
    return word


def word_about(html: str) -> Word | None:
    """Her word about the challenger that waits on the page; None: it may go on waiting."""
    if NOBODY_SERVES in html:
        return "reject" if NOT_MET in html else "promote"
    return None if NOT_MET in html or NOT_KNOWN in html else "promote"
