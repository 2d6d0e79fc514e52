"""A letter by way of Temporal: the step, the worker's activity, the provider, and the time between tries."""

from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from uuid import uuid4

import pytest
from temporalio.client import WorkflowHandle

from activities.mail import ACTIVITIES as MAIL_ACTIVITIES, ready
from activities.serving import worker_of as activities_of
from activities.work import ACTIVITIES as WORK_ACTIVITIES
from retention.emails.sending import SETTLES_AFTER
from retention.errors import NotSetUp
from retention.messages.letters import LetterSent, LetterWish, Window
from retention.records.database import transaction
from retention.settings import settings
from retention.temporal.queues import CASES, MAIL, WORK
from retention.vocabulary import LetterState
from tests.activities.one_letter import OneLetter
from tests.factories.letters import a_wish
from tests.testbed import mail_provider
from tests.testbed.mail_provider import Provider
from tests.testbed.time_skipping import Skipper
from workflows.registry import worker_of

pytestmark = [pytest.mark.timeskipping, pytest.mark.usefixtures("data")]
Result = tuple[Window, LetterSent]
SECOND = timedelta(seconds=1)


@pytest.fixture
async def desk(
    skipper: Skipper, provider: Provider, data: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Provider]:
    """Workers whose letters go to the provider of the test."""
    monkeypatch.setenv("SENDGRID_URL", provider.url)
    monkeypatch.setenv("SENDGRID_API_KEY", "SG.for-tests")
    settings.cache_clear()
    async with (
        worker_of(skipper.client, CASES, [OneLetter]),
        activities_of(skipper.client, WORK, WORK_ACTIVITIES, slots=2),
        activities_of(skipper.client, MAIL, MAIL_ACTIVITIES, slots=2),
    ):
        yield provider
    settings.cache_clear()


async def begun(skipper: Skipper, wish: LetterWish) -> WorkflowHandle[OneLetter, Result]:
    return await skipper.client.start_workflow(
        OneLetter.run, wish, id=f"one-letter/{uuid4().hex}", task_queue=CASES
    )


async def at_noon(skipper: Skipper) -> LetterWish:
    """A wish at an hour at which its reader may be written to for long."""
    now = (await skipper.now()).astimezone(UTC)
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    await skipper.move(noon - now if noon > now else noon + timedelta(days=1) - now)
    with transaction() as session:
        return a_wish(session, at=await skipper.now(), key=f"coaching/{uuid4().hex}")


async def test_a_letter_goes_out_and_its_case_hears_when(skipper: Skipper, desk: Provider) -> None:
    handle = await begun(skipper, await at_noon(skipper))
    window, sent = await handle.result()
    assert (window.zone, sent.state) == ("Europe/London", LetterState.SENT)
    assert desk.delivered == [sent.key]


async def test_an_unclear_letter_is_asked_about_after_a_quarter_of_an_hour(
    skipper: Skipper, desk: Provider
) -> None:
    desk.answers = [mail_provider.hung_up(took=False)]
    wish = await at_noon(skipper)
    handle = await begun(skipper, wish)
    await skipper.move(SETTLES_AFTER + 30 * SECOND)
    _, sent = await handle.result()
    assert (len(desk.asked), desk.delivered) == (2, [wish.key])
    assert SETTLES_AFTER <= sent.at - wish.as_of < SETTLES_AFTER + 60 * SECOND


async def test_a_provider_that_is_away_is_asked_again_and_again(skipper: Skipper, desk: Provider) -> None:
    desk.answers = [mail_provider.status(429, Retry_After="600")] * 5
    wish = await at_noon(skipper)
    handle = await begun(skipper, wish)
    await skipper.move(timedelta(seconds=5 * 600 + 30))
    _, sent = await handle.result()
    assert desk.delivered == [wish.key]
    assert sent.at - wish.as_of >= timedelta(minutes=50)


async def test_a_wish_that_does_not_fit_has_failed_and_its_case_goes_on(
    skipper: Skipper, desk: Provider
) -> None:
    wish = (await at_noon(skipper)).model_copy(update={"about": {}})
    _, sent = await (await begun(skipper, wish)).result()
    assert sent.state is LetterState.FAILED
    assert "minutes" in sent.reason
    assert desk.asked == []


@pytest.mark.parametrize("name", ["ADDRESS_SECRET", "SESSION_SECRET"])
def test_the_process_refuses_to_start_where_it_could_not_send(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    for secret in ("ADDRESS_SECRET", "SESSION_SECRET"):
        monkeypatch.setenv(secret, "x" * 32)
    monkeypatch.setenv("SENDGRID_API_KEY", "SG.for-tests")
    for secret, well in [("x" * 31, False), ("x" * 32, True)]:
        monkeypatch.setenv(name, secret)
        settings.cache_clear()
        if well:
            assert ready() == "sendgrid"
        else:
            with pytest.raises(NotSetUp, match=name):
                ready()
    settings.cache_clear()
