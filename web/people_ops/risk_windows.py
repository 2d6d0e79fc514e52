"""The four windows of a model's forecast, each coloured against what is usual in it, and who is speaking."""

from collections.abc import Mapping
from dataclasses import dataclass

from retention.policy import MODEL_OLDEST, NOTABLE_RISK
from retention.records.tutor_story import TutorStory
from retention.vocabulary import Fallback, ScoreSource

SPANS = {"1": "1 day", "7": "7 days", "30": "30 days", "90": "90 days"}
WHY_COMPONENTS = {
    Fallback.NO_CHAMPION: "No model has been promoted yet",
    Fallback.CHAMPION_OLD: f"The model knows nothing of the last {MODEL_OLDEST.days} days",
    Fallback.MODEL_BROKEN: "The stored model cannot be used",
    Fallback.MODEL_DRIFTED: "The model has drifted: tutors look different, and it miscounts who leaves",
    Fallback.FACTS_STALE: "Nothing has been heard of anybody's sessions for a day",
    Fallback.FACTS_UNKNOWN: "Too much of what the model leans on is unknown",
    Fallback.SHORT_HISTORY: "Too little is known of this tutor for a model yet",
}
OTHER_MODEL = "The newest model is damaged; the one before it speaks."


@dataclass(frozen=True)
class RiskWindow:
    """One window: how likely a tutor leaves within it, and how that compares."""

    span: str
    chance: str
    compared: str  # with what is usual in this window
    tone: str  # plain, warn, wrong
    primary: bool  # it stands out the most


def risk_windows(story: TutorStory) -> list[RiskWindow]:
    """The windows, the shortest first; none when no model speaks."""
    chances = {"1": story.p1, "7": story.p7, "30": story.p30, "90": story.p90}
    if story.score_source != ScoreSource.MODEL or story.relative is None:
        return []
    return [
        _window(days, chance, relative=story.relative, primary=str(story.window_days) == days)
        for days, chance in chances.items()
        if chance is not None
    ]


def _window(days: str, chance: float, *, relative: Mapping[str, float], primary: bool) -> RiskWindow:
    times = relative[days]
    raised, high = NOTABLE_RISK
    tone = "wrong" if times >= high else "warn" if times >= raised else "plain"
    return RiskWindow(SPANS[days], _percent(chance), _compared(times), tone, primary)


def _percent(chance: float) -> str:
    """In as many digits as mean something."""
    percent = 100 * chance
    if percent < 0.1:
        return "< 0.1 %"
    if percent >= 99.5:
        return "> 99 %"
    return f"{percent:.1f} %" if percent < 10 else f"{percent:.0f} %"


def _compared(times: float) -> str:
    if 0.8 <= times <= 1.25:
        return "as usual"
    return f"{times:.1f} × usual" if times < 9.95 else f"{times:.0f} × usual"


def smoothing(story: TutorStory) -> str:
    """What the score follows where that is not the 30-day chance beside it; empty when both are the same."""
    if story.score_source != ScoreSource.MODEL or story.p30 is None or story.smoothed_p30 is None:
        return ""
    own, smoothed = _percent(story.p30), _percent(story.smoothed_p30)
    if own == smoothed:
        return ""
    return (
        f"Score and band follow {smoothed} within 30 days: this day's {own}, smoothed with the days before."
    )


def who_speaks(story: TutorStory) -> str:
    """Why the components speak, or an older model; empty when all is as it should be."""
    if story.fallback is None:
        return ""
    reason = Fallback(story.fallback)
    if story.score_source == ScoreSource.MODEL:
        return OTHER_MODEL
    return f"{WHY_COMPONENTS[reason]}, so the component score speaks."
