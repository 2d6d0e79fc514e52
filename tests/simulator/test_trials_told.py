"""What trials have found, in sentences that a reader of the page understands."""

from simulator.trials import Plan, Verdict
from simulator.trials_told import sentences

FOUND = Verdict(
    tutors=24_000,
    truth=-0.0389,
    mean_estimate=-0.0391,
    covered=0.945,
    covered_by_claims=0.955,
    left_untreated=0.142,
    improved_untreated=0.581,
    harmed=0.004,
    by_cause={"scheduling": -0.021, "first_session": -0.052},
)


def test_truth_estimate_coverage_and_the_untreated_stand_beside_one_another() -> None:
    told = "\n".join(sentences(Plan(), FOUND))
    assert "200 randomised trials of 120 tutors whose logins of two weeks fell by 15% or more." in told
    assert "from 24,000 tutors who live twice: -3.9 points of 14.2%; 0.4% leave because of it." in told
    assert "The truth is held by 94.5% of their 95 % intervals (Agresti and Caffo), and by 95.5%" in told
    assert "Of the tutors who got nothing 58% log in more" in told


def test_causes_are_told_in_words_with_their_effect() -> None:
    assert "first session -5.2 points, scheduling -2.1 points" in "\n".join(sentences(Plan(), FOUND))
