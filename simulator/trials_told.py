"""What trials with a known answer have found, in sentences."""

from collections.abc import Iterator

from simulator.trials import FEWER, FOLLOWED, Plan, Verdict


def sentences(plan: Plan, found: Verdict) -> Iterator[str]:
    """The truth, what the trials made of it, and what before and after would have made of nothing."""
    yield (
        f"{plan.programme} ({plan.dose}) in {plan.profile}: {plan.trials} randomised trials of "
        f"{found.tutors // plan.trials} tutors whose logins of two weeks fell by {1 - FEWER:.0%} or more."
    )
    yield (
        f"True effect on leaving within {FOLLOWED} days, from {found.tutors:,} tutors who live twice: "
        f"{_points(found.truth)} of {found.left_untreated:.1%}; {found.harmed:.1%} leave because of it."
    )
    yield f"  by what wears them out: {_by_cause(found)}"
    yield (
        f"Mean estimate of the trials: {_points(found.mean_estimate)}. The truth is held by "
        f"{found.covered:.1%} of their 95 % intervals (Agresti and Caffo), and by "
        f"{found.covered_by_claims:.1%} of those that our pages make claims with (Newcombe)."
    )
    yield (
        f"Of the tutors who got nothing {found.improved_untreated:.0%} log in more in the next two weeks "
        'than in the last two: "improved after" proves nothing.'
    )


def _by_cause(found: Verdict) -> str:
    return ", ".join(
        f"{cause.replace('_', ' ')} {_points(effect)}" for cause, effect in sorted(found.by_cause.items())
    )


def _points(difference: float) -> str:
    """A difference of shares."""
    return f"{100 * difference:+.1f} points"
