"""The live world obeys what the records say was carried out, also after a restart."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from retention.records import answers
from retention.records.carried_out import Deed, carried_out, days_of
from retention.records.cases import Case
from retention.records.database import transaction
from retention.records.feeds import Feed
from retention.vocabulary import Programme, TaskKind
from simulator import obeying
from simulator.effects import Action
from simulator.feed import Timetable
from simulator.postings import Posting
from simulator.tutors import external_id, number_of
from tests.factories import cases
from tests.factories.questions import a_letter, a_question

FIRST_DAY = datetime(2026, 6, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def a_feed(*, posted_until: datetime) -> Feed:
    return Feed(
        profile="prd", tutors=25, seed=8, first_day=FIRST_DAY, posted_until=posted_until, paused=False
    )


def calls_for_all(before: datetime) -> Sequence[Action]:
    """Everybody is called on the third day of June."""
    if before < FIRST_DAY + 3 * DAY:
        return ()
    return [Action(tutor, "coaching", day=2, dose="attended") for tutor in range(25)]


def all_due(timetable: Timetable, *, until: datetime) -> list[Posting]:
    return timetable.due_before(until, most=10**6)


def test_a_case_counts_once_its_intervention_happened(data: str) -> None:
    with transaction() as session:
        start = cases.an_opened_case(session, at=NOW, kind=TaskKind.COACHING_CALL)
        assert list(carried_out(session, before=NOW + DAY)) == []
        case = session.get_one(Case, start.case_id)
        case.acted_at = NOW
        session.flush()
        (deed,) = carried_out(session, before=NOW + DAY)
        assert (deed.programme, deed.at) == (Programme.COACHING, NOW)
        assert list(carried_out(session, before=NOW)) == []
        assert days_of(session, before=NOW + DAY) == {case.tutor_number: [NOW.date()]}
        assert days_of(session, before=NOW) == {}


def test_an_answered_letter_counts_from_its_answer_on(data: str) -> None:
    with transaction() as session:
        letter = a_letter(session, question=a_question(now=NOW))
        asked = answers.asked(session, letter.key)
        answers.give(session, asked, choice="slot_2", remark="", at=NOW, received_at=NOW)
        answered = [deed for deed in carried_out(session, before=NOW + DAY) if deed.answered]
        assert [deed.at for deed in answered] == [NOW]
        assert not any(deed.answered for deed in carried_out(session, before=NOW))


def test_deeds_become_actions_on_the_days_of_the_world() -> None:
    deeds = [
        Deed(external_id(3), Programme.COACHING, FIRST_DAY + 2.5 * DAY),
        Deed(external_id(4), Programme.COACHING_TIP, FIRST_DAY + 3 * DAY),
        Deed(external_id(4), Programme.ALERT_CHECK, FIRST_DAY + 3 * DAY),
        Deed(external_id(4), Programme.COACHING_TIP, FIRST_DAY + 4 * DAY, answered=True),
        Deed(external_id(3), Programme.COACHING, FIRST_DAY + 4 * DAY, answered=True),
        Deed("somebody-real", Programme.COACHING, FIRST_DAY),
    ]
    assert list(obeying.actions(deeds, first_day=FIRST_DAY)) == [
        Action(3, "coaching", day=2, dose="attended"),
        Action(4, "coaching_tip", day=3, dose="sent"),
        Action(4, "coaching_tip", day=4, dose="opened"),
    ]


def test_a_tutor_is_known_by_the_platforms_id() -> None:
    assert number_of(external_id(41)) == 41
    assert number_of("tutor-41") is None
    assert number_of("tutor-x") is None


def test_the_feed_tells_of_other_days_after_everybody_was_called() -> None:
    start, end = FIRST_DAY + 1 * DAY, FIRST_DAY + 20 * DAY
    without = all_due(Timetable(a_feed(posted_until=start)), until=end)
    called = all_due(Timetable(a_feed(posted_until=start), acted=calls_for_all), until=end)
    turning = (FIRST_DAY + 4 * DAY).timestamp()
    assert [one for one in called if one.due < turning] == [one for one in without if one.due < turning]
    assert called != without


def test_a_restarted_feed_goes_on_in_the_world_that_obeyed() -> None:
    start, stop, end = FIRST_DAY + 1 * DAY, FIRST_DAY + 12.3 * DAY, FIRST_DAY + 15 * DAY
    whole = all_due(Timetable(a_feed(posted_until=start), acted=calls_for_all), until=end)
    after = all_due(Timetable(a_feed(posted_until=stop), acted=calls_for_all), until=end)
    assert after == [one for one in whole if one.due >= stop.timestamp()]
    assert len(after) > 100
