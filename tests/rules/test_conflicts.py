"""One lead for each tutor: the table of what begins beside what, and that it is kept under any load."""

import re
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
import yaml
from hypothesis import given, settings, strategies as st

from retention.programmes.registry import TRAITS
from retention.vocabulary import CaseState, Programme
from rules.book import Book
from rules.conflict_table import OF_PEOPLE
from rules.conflicts import Conflict, lead
from rules.guards import with_something_to_do
from rules.loader import SHIPPED, BookRefused, load_book, parse_book, texts_of
from rules.situation import Judgement, OpenCase
from rules.state import RuleState
from tests.rules.books import DAY, MONDAY, WrittenOut, a_book, a_rule, an_open_case, judged, text_of

Tree = dict[str, Any]
TABLE = load_book().conflicts
PLAN, INTERVIEW, COACHING = (
    Programme.IMPROVEMENT_PLAN,
    Programme.RETENTION_INTERVIEW,
    Programme.COACHING,
)
MENTORSHIP, RECOGNITION, REVIEW = (
    Programme.MENTORSHIP,
    Programme.RECOGNITION,
    Programme.FIRST_SESSION_REVIEW,
)
TIP, HELP, CHECK, TRAINING = (
    Programme.COACHING_TIP,
    Programme.RESCHEDULING_HELP,
    Programme.ALERT_CHECK,
    Programme.TRAINING,
)

# Programmes guide 4.0 to 4.5, sentence by sentence: what would begin, what is open, risk band, and the word.
GUIDE = [
    (TIP, PLAN, "high", "fold"),  # "A1/A4 mails and H1 fold into PIP"
    (HELP, PLAN, "high", "fold"),
    (COACHING, PLAN, "high", "fold"),
    (INTERVIEW, PLAN, "high", "beside"),  # "H4 allowed"
    (RECOGNITION, PLAN, "low", "exclude"),  # "H5 held"; "H5 and H3 exclude each other"
    (PLAN, RECOGNITION, "critical", "exclude"),
    (MENTORSHIP, PLAN, "high", "beside"),  # "H2 allowed as support"
    (INTERVIEW, COACHING, "critical", "preempt"),  # "H4 urgent pre-empts H1"
    (INTERVIEW, COACHING, "high", "hold"),
    (INTERVIEW, COACHING, None, "hold"),
    (PLAN, COACHING, "critical", "preempt"),  # 4.2: "upgrade to case lead, keep appointment"
    (TRAINING, PLAN, "high", None),  # "A2 allowed everywhere"
    (TRAINING, COACHING, "high", None),
    (REVIEW, COACHING, "high", "fold"),  # design 3: a review folds into an open case
    (RECOGNITION, REVIEW, "low", "hold"),  # 4.5: "open serious complaint or PIP: hold"
    (PLAN, PLAN, "critical", "fold"),  # 4.1: "proposed twice: evidence appended"
]


@pytest.mark.parametrize(("begins", "during", "band", "word"), GUIDE)
def test_the_table_says_what_the_guide_says(
    begins: Programme, during: Programme, band: str | None, word: str | None
) -> None:
    assert TABLE.word(begins, during, band) == word


@pytest.mark.parametrize("band", ["low", "medium", "high", "critical", None])
def test_between_programmes_of_people_nothing_is_left_open(band: str | None) -> None:
    pairs = list(product(OF_PEOPLE, OF_PEOPLE))
    assert [pair for pair in pairs if TABLE.word(*pair, band) is None] == []


def test_what_needs_nobody_waits_for_nobody_but_an_improvement_plan() -> None:
    automated = [programme for programme, traits in TRAITS.items() if not traits.needs_people]
    named = {pair for pair in TABLE.words if pair[0] in automated}
    assert {during for _, during in named} == {PLAN}


def test_a_book_without_a_table_keeps_to_one_case_at_a_time() -> None:
    for folds, reason in ((None, "another_case"), ("fold", "folded")):
        rule = a_rule(with_open_case=folds)
        (made,) = judged(a_book(rule), {"churn_score": 60}, open_cases=(an_open_case(COACHING),)).decisions
        assert (made.reason, made.into) == (reason, "coaching/12/1")


def single_rows(tree: Tree) -> list[Tree]:
    """The table with one row for each pair."""
    return [
        {**row, "begins": begins, "while": during}
        for row in tree["rows"]
        for begins in listed(row["begins"])
        for during in listed(row["while"])
    ]


def listed(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


def row(one: Programme, other: Programme, **changes: Any) -> Callable[[Tree], None]:
    """The row of a pair (`one` would begin) is changed so; None takes a part of it away."""

    def edit(tree: Tree) -> None:
        for row in tree["rows"]:
            if (row["begins"], row["while"]) == (one, other) and "bands" not in row:
                row.update(changes)
                for name in [name for name, part in changes.items() if part is None]:
                    del row[name]

    return edit


def without(one: Programme, other: Programme) -> Callable[[Tree], None]:
    def edit(tree: Tree) -> None:
        tree["rows"] = [row for row in tree["rows"] if (row["begins"], row["while"]) != (one, other)]

    return edit


def leading(*names: str) -> Callable[[Tree], None]:
    def edit(tree: Tree) -> None:
        tree["leads"] = [*tree["leads"][: 7 - len(names)], *names]

    return edit


FAULTS: list[tuple[Callable[[Tree], None], str]] = [
    (row(RECOGNITION, PLAN, does="hold"), "exclude holds in both directions"),
    (
        without(MENTORSHIP, RECOGNITION),
        "no row says what becomes of mentorship while recognition is open",
    ),
    (row(COACHING, MENTORSHIP, **{"while": ["mentorship", "coaching"]}), "already spoken of in line"),
    (row(CHECK, MENTORSHIP, does="preempt"), "only what stands before mentorship in leads can pre-empt it"),
    (row(COACHING, RECOGNITION, does="beside"), "it would lead: say preempt"),
    (row(HELP, PLAN, **{"while": "training"}), "nobody waits in a case of training"),
    (row(COACHING, PLAN, does="folds"), 'did you mean "fold"?'),
    (row(COACHING, PLAN, begins="coachin"), 'did you mean "coaching"?'),
    (row(COACHING, PLAN, source=None), '"source" is missing'),
    (leading("coaching_tip"), "coaching_tip needs no people, so it leads nothing"),
    (leading("first_session_review", "first_session_review"), "first_session_review is named twice"),
    (leading("coaching_tip"), "recognition is missing: each programme that needs people stands here once"),
]


@pytest.mark.parametrize(("edit", "said"), FAULTS, ids=[said for _, said in FAULTS])
def test_a_table_with_a_fault_is_refused_with_its_place(edit: Callable[[Tree], None], said: str) -> None:
    texts = texts_of(SHIPPED)
    tree = yaml.safe_load(texts["conflicts.yaml"])
    tree["conflicts"]["rows"] = single_rows(tree["conflicts"])
    edit(tree["conflicts"])
    texts["conflicts.yaml"] = yaml.dump(tree, Dumper=WrittenOut, sort_keys=False)
    with pytest.raises(BookRefused) as refused:
        parse_book(texts)
    told = [str(fault) for fault in refused.value.faults if said in fault.what]
    assert told, str(refused.value)
    assert all(re.match(r"conflicts\.yaml:\d+:\d+: ", line) for line in told)


def test_a_second_table_is_refused() -> None:
    texts = texts_of(SHIPPED)
    texts["more.yaml"] = texts["conflicts.yaml"]
    with pytest.raises(
        BookRefused, match=r"more\.yaml:\d+:1: conflicts are already given in conflicts\.yaml"
    ):
        parse_book(texts)


def test_who_leads_is_the_first_in_the_table_and_of_these_the_oldest() -> None:
    older, newer = an_open_case(CHECK), an_open_case(COACHING)
    tip = an_open_case(TIP)
    assert lead(TABLE, [tip, older, newer]) == newer
    assert lead(TABLE, [tip]) is None
    twice = [OpenCase(case_id=f"coaching/12/{n}", programme=COACHING) for n in (1, 2)]
    assert lead(TABLE, twice) == twice[0]


def acting(begins: Programme) -> dict[str, Any]:
    """A rule that starts a programme, with what its start asks."""
    then: dict[str, Any] = {"start": str(begins), "owner_group": "people_ops", "priority": 50}
    if begins in {CHECK, REVIEW}:
        kind = "no_show_check" if begins is CHECK else "first_session_review"
        then |= {"task": kind, "policy": "alert_high"}
    if begins is TIP:
        then["with"] = {"tip": "steady-schedule", "metric": "churn_score"}
    status = "active" if begins in {CHECK, REVIEW, COACHING, TIP} else "shadow"
    return a_rule(id=f"T.{begins.replace('_', '-')}", then=then, status=status)


def with_the_table(*rules: dict[str, Any]) -> Book:
    return parse_book({"trial.yaml": text_of(*rules), "conflicts.yaml": texts_of(SHIPPED)["conflicts.yaml"]})


def test_a_plan_takes_the_lead_of_coaching_which_is_told() -> None:
    case = an_open_case(COACHING)
    judgement = judged(with_the_table(acting(PLAN)), {"churn_score": 60}, open_cases=(case,))
    (made,) = judgement.decisions
    assert (made.verdict, made.overtakes) == ("fire", (case.case_id,))


def test_beside_an_interview_and_a_plan_what_either_takes_in_is_folded() -> None:
    both = (an_open_case(INTERVIEW), an_open_case(PLAN))
    (made,) = judged(with_the_table(acting(COACHING)), {"churn_score": 60}, open_cases=both).decisions
    assert (made.reason, made.into) == ("folded", "improvement_plan/12/1")


def test_what_excludes_is_tried_again_when_the_other_is_over() -> None:
    book, facts = with_the_table(acting(RECOGNITION)), {"churn_score": 60}
    first = judged(book, facts, open_cases=(an_open_case(PLAN),))
    (held,) = first.decisions
    assert (held.reason, held.sentence) == (
        "excluded",
        "Held back: recognition and improvement plan exclude each other.",
    )
    (fired,) = judged(book, facts, states=first.states, at=MONDAY + DAY).decisions
    assert fired.verdict == "fire"


CARRIED = (CHECK, REVIEW, COACHING, TIP)
EVERYBODY = with_the_table(*(acting(programme) for programme in CARRIED))
STANDING = st.lists(st.sampled_from(list(OF_PEOPLE)), max_size=3, unique=True)


@settings(max_examples=150, deadline=None)
@given(
    looks=st.lists(
        st.tuples(st.sampled_from([30, 60, 90]), st.sets(st.integers(0, 5), max_size=3)), max_size=12
    ),
    standing=STANDING,
)
def test_however_triggers_come_together_no_tutor_has_two_leads(
    looks: list[tuple[int, set[int]]], standing: list[Programme]
) -> None:
    """Many rules fire at once, cases end in any order, and never do two stand that the table keeps apart."""
    opened = [OpenCase(case_id=f"{one}/12/old", programme=one) for one in standing]
    allowed = [frozenset(pair) for pair in product(opened, opened)]  # what was open already is not ours
    states: dict[str, RuleState] = {}
    for day, (score, closing) in enumerate(looks):
        facts = {"churn_score": score, "risk_band": "critical" if score > 75 else "high"}
        judgement = judged(
            EVERYBODY, facts, at=MONDAY + day * DAY, states=states, open_cases=tuple(opened), tutor=13
        )
        states |= judgement.states
        opened = [*opened, *begun(judgement)]
        for one, two in product(opened, opened):
            if one is not two and frozenset({one, two}) not in allowed:
                assert apart(one, two, facts) not in {Conflict.HOLD, Conflict.EXCLUDE, Conflict.FOLD}
        assert (lead(TABLE, opened) is None) == (not any(TRAITS[it.programme].needs_people for it in opened))
        allowed += [frozenset(pair) for pair in product(opened, opened)]
        opened = [case for index, case in enumerate(opened) if index not in closing]


def begun(judgement: Judgement) -> list[OpenCase]:
    return [
        OpenCase(case_id=it.case_id, programme=it.programme)
        for it in judgement.decisions
        if it.verdict == "fire" and it.case_id is not None and it.programme is not None
    ]


def apart(one: OpenCase, two: OpenCase, facts: dict[str, Any]) -> Conflict | None:
    """What kept them apart, whichever came first; one of both orders must have let them stand together."""
    words = [TABLE.word(a.programme, b.programme, facts["risk_band"]) for a, b in ((one, two), (two, one))]
    free = [word for word in words if word in {None, Conflict.BESIDE, Conflict.PREEMPT}]
    return free[0] if free else words[0]


def test_a_case_that_only_watches_holds_nobody_up() -> None:
    watching = an_open_case(COACHING, state=CaseState.FOLLOWING_UP)
    assert with_something_to_do([watching]) == []


def test_the_property_would_see_two_leads() -> None:
    assert apart(an_open_case(COACHING), an_open_case(CHECK), {"risk_band": "high"}) is Conflict.HOLD
