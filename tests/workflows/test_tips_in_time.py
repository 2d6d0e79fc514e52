"""The coaching tip on real Temporal with time that moves when told: every end that it can have."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from retention.messages.cases import RuleResolved
from retention.messages.letters import LetterNews
from retention.messages.tutors import LeaveEnded, LeaveStarted, TutorLeft
from retention.programmes.coaching_tip import StartTip
from retention.records import vetoes
from retention.records.database import transaction
from retention.records.outcomes import CaseOutcome
from retention.records.portal_notes import PortalNoteRow
from retention.records.tutors import Tutor
from retention.temporal.queues import CASES
from retention.vocabulary import (
    ChurnReason,
    LetterState,
    MailEvent,
    Outcome,
    Programme,
    TipAct,
)
from tests.factories.people import a_colleague
from tests.factories.tips import an_opened_tip
from tests.testbed.casework import SECOND, Office, letters_of, row_of, words_of
from tests.testbed.post_office import (
    answers,
    begun,
    come_to,
    hears,
    opened,
    two_letters_lately,
    went_better,
)
from workflows.shown import instant

pytestmark = pytest.mark.timeskipping
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.recorded("tip-improved")
async def test_a_tip_is_sent_once_used_and_measured_after_14_days(post_office: Office) -> None:
    office = post_office
    case = await opened(office)
    (letter,) = letters_of(case)
    assert (letter.state, row_of(case).step, row_of(case).acted_at) == (
        LetterState.SENT,
        "sent",
        letter.sent_at,
    )
    assert letter.sent_at is not None
    assert (await answers(office, case, TipAct.READ, letter_key=letter.message_key)).taken
    assert row_of(case).step == "acted"
    went_better(case, letter.sent_at + 13 * DAY)
    await office.until(letter.sent_at + 14 * DAY - 5 * SECOND)
    assert row_of(case).outcome is None
    await office.until(letter.sent_at + 14 * DAY + SECOND)
    assert (await office.result(case)).outcome is Outcome.IMPROVED
    assert words_of(case)[-1].endswith("40 to 70 % in 14 days.")
    with transaction() as session:
        outcome = session.scalars(select(CaseOutcome).where(CaseOutcome.case_id == case.case_id)).one()
    assert (outcome.completed, outcome.first_action_at) == (True, letter.sent_at)


@pytest.mark.recorded("tip-evaluation-behind")
async def test_a_tip_waits_until_the_evaluation_has_come_to_its_day(post_office: Office) -> None:
    office = post_office
    case = await opened(office)
    (letter,) = letters_of(case)
    assert letter.sent_at is not None
    due = letter.sent_at + 14 * DAY
    went_better(case, letter.sent_at + 13 * DAY)
    come_to(due - DAY)
    await office.until(due + 3 * HOUR)
    assert row_of(case).waiting_for == f"the evaluation to come to {instant(due)}"
    assert row_of(case).outcome is None
    come_to(due)
    await office.until(due + 8 * HOUR)
    assert (await office.result(case)).outcome is Outcome.IMPROVED


@pytest.mark.recorded("tip-not-measurable")
async def test_a_tip_of_which_too_little_is_known_says_so(post_office: Office) -> None:
    case = await opened(post_office)
    await post_office.skipper.move(14 * DAY + HOUR)
    assert (await post_office.result(case)).outcome is Outcome.NOT_MEASURABLE


@pytest.mark.recorded("tip-superseded")
async def test_a_tip_gives_way_to_other_letters_after_two_days_without_room(post_office: Office) -> None:
    office = post_office
    at = await office.skipper.now()
    with transaction() as session:
        case = an_opened_tip(session, at=at)
    two_letters_lately(case, at)
    await begun(office, "CoachingTip", case, workflow_id=case.case_id, queue=CASES)
    assert row_of(case).waiting_for == "room in the tutor's mail budget"
    await office.until(at + 2 * DAY - HOUR)
    assert row_of(case).outcome is None
    await office.until(at + 2 * DAY + HOUR)
    assert (await office.result(case)).outcome is Outcome.SUPERSEDED
    assert [letter.state for letter in letters_of(case)] == [LetterState.SUPPRESSED] * 3


@pytest.mark.recorded("tip-after-waiting-for-room")
async def test_a_tip_goes_out_as_soon_as_there_is_room_again(post_office: Office) -> None:
    office = post_office
    at = await office.skipper.now()
    with transaction() as session:
        case = an_opened_tip(session, at=at)
    two_letters_lately(case, at - 7 * DAY + 3 * HOUR)
    await begun(office, "CoachingTip", case, workflow_id=case.case_id, queue=CASES)
    await office.until(at + DAY + SECOND)
    assert [letter.state for letter in letters_of(case)] == [LetterState.SUPPRESSED, LetterState.SENT]


async def at_night(office: Office) -> None:
    """It becomes eleven in the evening."""
    await office.skipper.move(13 * HOUR)


@pytest.mark.recorded("tip-not-needed")
async def test_a_tip_that_waits_for_the_morning_is_dropped_when_its_metric_recovers(
    post_office: Office,
) -> None:
    await at_night(post_office)
    case = await opened(post_office)
    assert row_of(case).waiting_for == "an hour at which the tutor may be written to"
    gone = RuleResolved(command_id="r", at=case.opened_at, reason="First sessions go well again.")
    await hears(post_office, case, "rule_resolved", gone)
    assert (await post_office.result(case)).outcome is Outcome.NOT_NEEDED
    assert (letters_of(case), row_of(case).note) == ([], gone.reason)


@pytest.mark.recorded("tip-vetoed")
async def test_a_managers_veto_in_the_night_stops_the_letter_of_the_morning(post_office: Office) -> None:
    await at_night(post_office)
    case = await opened(post_office)
    with transaction() as session:
        manager = a_colleague(session)
        until = case.opened_at + 30 * DAY
        vetoes.put(
            session,
            case.tutor_number,
            Programme.COACHING_TIP,
            reason="Just back from a family matter.",
            by=manager.id,
            at=case.opened_at,
            until=until,
        )
    await post_office.skipper.move(12 * HOUR)
    assert (await post_office.result(case)).outcome is Outcome.DECLINED_BY_MANAGER
    assert "Just back from a family matter." in row_of(case).note
    assert letters_of(case) == []


@pytest.mark.recorded("tip-churned")
async def test_a_tutor_who_leaves_after_the_letter_ends_the_case(post_office: Office) -> None:
    case = await opened(post_office)
    await post_office.skipper.move(3 * DAY)
    left = TutorLeft(command_id="l", at=case.opened_at + 3 * DAY, reason=ChurnReason.RESIGNATION)
    await hears(post_office, case, "tutor_left", left)
    assert (await post_office.result(case)).outcome is Outcome.CHURNED


def is_now(case: StartTip, status: str) -> None:
    with transaction() as session:
        session.execute(update(Tutor).where(Tutor.number == case.tutor_number).values(status=status))


@pytest.mark.recorded("tip-expired")
async def test_a_tip_is_not_kept_for_a_leave_of_more_than_14_days(post_office: Office) -> None:
    await at_night(post_office)
    case = await opened(post_office)
    is_now(case, "on_leave")
    await hears(post_office, case, "leave_started", LeaveStarted(command_id="a", at=case.opened_at))
    assert row_of(case).waiting_for == "the tutor's return from leave"
    await post_office.until(case.opened_at + 14 * DAY - HOUR)
    assert row_of(case).outcome is None
    await post_office.until(case.opened_at + 14 * DAY + HOUR)
    assert (await post_office.result(case)).outcome is Outcome.EXPIRED


@pytest.mark.recorded("tip-after-leave")
async def test_a_tip_reaches_its_tutor_after_a_short_leave(post_office: Office) -> None:
    await at_night(post_office)
    case = await opened(post_office)
    is_now(case, "on_leave")
    await hears(post_office, case, "leave_started", LeaveStarted(command_id="a", at=case.opened_at))
    await post_office.skipper.move(4 * DAY)
    is_now(case, "active")
    now = await post_office.skipper.now()
    await hears(
        post_office, case, "leave_ended", LeaveEnded(command_id="b", at=now, clocks_resume_at=now + DAY)
    )
    await post_office.skipper.move(12 * HOUR)
    assert [letter.state for letter in letters_of(case)] == [LetterState.SENT]


@pytest.mark.recorded("tip-in-portal")
async def test_a_letter_that_bounces_is_left_for_the_platform(post_office: Office) -> None:
    case = await opened(post_office)
    (letter,) = letters_of(case)
    news = LetterNews(
        command_id="n", letter_key=letter.message_key, event=MailEvent.BOUNCE, at=case.opened_at + HOUR
    )
    for _ in range(2):
        await hears(post_office, case, "letter_news", news)
    with transaction() as session:
        notes = session.scalars(select(PortalNoteRow).where(PortalNoteRow.case_id == case.case_id)).all()
    assert [(note.tip, note.letter_key) for note in notes] == [(case.tip, letter.message_key)]
    assert any("left for the platform" in words for words in words_of(case))


@pytest.mark.recorded("tip-cancelled")
async def test_a_tip_cancelled_in_the_temporal_ui_ends(post_office: Office) -> None:
    case = await opened(post_office)
    await post_office.skipper.client.get_workflow_handle(case.case_id).cancel()
    await post_office.skipper.rest()
    assert (await post_office.result(case)).outcome is Outcome.WITHDRAWN
