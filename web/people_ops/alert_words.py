"""How alerts are spoken of on the pages."""

from retention.records.alert_list import AlertView
from retention.records.task_story import StoryLine
from retention.vocabulary import AlertAct, AlertEnd
from web.people_ops.history import Row

TITLES = {
    AlertView.OPEN: "Alerts",
    AlertView.ACKNOWLEDGED: "Acknowledged alerts",
    AlertView.MINE: "My alerts",
    AlertView.SNOOZED: "Snoozed alerts",
    AlertView.RESOLVED: "Resolved alerts",
}
LEADS = {
    AlertView.OPEN: "Nobody has looked at these yet, the most severe first.",
    AlertView.ACKNOWLEDGED: "Somebody sees to these; they end by a word or by themselves.",
    AlertView.MINE: "What was given to you, or what you have acknowledged.",
    AlertView.SNOOZED: "Put aside until a date; they come back by themselves.",
    AlertView.RESOLVED: "Over, the newest first.",
}
EMPTY = {  # why there is nothing, and what to do
    AlertView.OPEN: ("Nothing new", "What a rule finds appears here by itself."),
    AlertView.ACKNOWLEDGED: ("Nobody is seeing to an alert", "Acknowledge one to say that you do."),
    AlertView.MINE: ("No alert is yours", "Acknowledge one, or give it to yourself."),
    AlertView.SNOOZED: ("Nothing is put aside", "An alert can be snoozed on its page, with a reason."),
    AlertView.RESOLVED: ("Nothing has been resolved yet", "What is over is kept here."),
}
ENDS = {  # by itself
    AlertEnd.SETTLED: "Its facts no longer hold.",
    AlertEnd.TUTOR_LEFT: "The tutor has left.",
    AlertEnd.RULE_CHANGED: "Its rule no longer raises it.",
}
DONE = {  # what an act did, and what is said when it changed nothing
    "acknowledge": ("Acknowledged.", "Somebody was first: it is acknowledged or over already."),
    "assign": ("Given on.", "It is over, or theirs already."),
    "snooze": ("Put aside.", "It is over: there was nothing to put aside."),
    "wake": ("Taken up again.", "It was not put aside any more."),
    "resolve": ("Resolved.", "Somebody was first, or the facts were: it is over already."),
    "reopen": ("Open again.", "It was not over."),
    "rate": ("Thank you: your word counts for the rule.", "It is not there any more."),
}
LOOKS = {  # act -> icon, tone
    AlertAct.RAISED: ("bell", "wrong"),
    AlertAct.RAISED_AGAIN: ("bell", ""),
    AlertAct.REOPENED: ("rotate-ccw", "wrong"),
    AlertAct.ESCALATED: ("arrow-up", "wrong"),
    AlertAct.ACKNOWLEDGED: ("hand", ""),
    AlertAct.ASSIGNED: ("user-plus", ""),
    AlertAct.SNOOZED: ("moon", ""),
    AlertAct.WOKEN: ("sun", ""),
    AlertAct.RESOLVED: ("check", "good"),
    AlertAct.RATED: ("star", ""),
}
SPOKEN = {
    AlertAct.RAISED_AGAIN: "Its rule fired again",
    AlertAct.REOPENED: "Came back",
    AlertAct.WOKEN: "Taken up again",
    AlertAct.RATED: "Was it useful?",
}


def done(did: str, changed: int) -> tuple[str, str] | None:
    """What an act did: tone and words; None when none was done."""
    if did not in DONE:
        return None
    well, nothing = DONE[did]
    many = f"{well} {changed} alerts." if changed > 1 else well
    return ("good", many) if changed else ("warn", nothing)


def act_row(line: StoryLine, names: dict[str, str]) -> Row:
    """One line of an alert's history."""
    act = AlertAct(line.act)
    icon, tone = LOOKS[act]
    title = SPOKEN.get(act, act.replace("_", " ").capitalize())
    if act is AlertAct.REOPENED and line.actor_name:
        title = "End taken back"
    return Row(
        icon, tone, title, note=_note(act, line.note, names), actor=line.actor_name or "Mainstay", at=line.at
    )


def _note(act: AlertAct, note: str, names: dict[str, str]) -> str:
    if act is AlertAct.ASSIGNED:
        return f"To {names.get(note, 'a colleague')}"
    if act is not AlertAct.RESOLVED:
        return note[:1].upper() + note[1:]
    end, _, why = note.partition(": ")
    return ENDS.get(AlertEnd(end)) or f"{end.replace('_', ' ').capitalize()}{': ' + why if why else '.'}"
