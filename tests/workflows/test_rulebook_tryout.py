"""A version of the rulebook is tried by a workflow: from the wish on a page to what was found."""

from collections.abc import AsyncIterator

import pytest

from retention.messages.rulebook import TryoutReport, TryVersion
from retention.records import rulebook, rulebook_tryouts
from retention.records.database import transaction
from retention.records.rulebook_tryouts import RulebookTryout
from retention.temporal.queues import UPKEEP
from tests.factories.rulebooks import a_draft, a_published_book, changed
from tests.rules.books import a_rule, text_of
from tests.testbed.casework import Office
from tests.testbed.post_office import begun
from workflows.registry import UPKEEP_WORKFLOWS, worker_of

pytestmark = pytest.mark.timeskipping


@pytest.fixture
async def upkeep(office: Office) -> AsyncIterator[Office]:
    """The office with a worker of the machinery's workflows."""
    async with worker_of(office.skipper.client, UPKEEP, UPKEEP_WORKFLOWS):
        yield office


async def tried(office: Office, texts: dict[str, str]) -> tuple[TryoutReport, RulebookTryout]:
    at = await office.skipper.now()
    with transaction() as session:
        published = a_published_book(session)
        draft = a_draft(session, texts, passed=None)
        wish = TryVersion(version=draft, against=published, request_id="one", as_of=at)
        command = rulebook_tryouts.ask(session, wish, by="7")
    await begun(office, command.name, wish, workflow_id=command.target, queue=UPKEEP)
    handle = office.skipper.client.get_workflow_handle(command.target, result_type=TryoutReport)
    report: TryoutReport = await handle.result()
    with transaction() as session:
        found = rulebook_tryouts.of(session, draft)
        assert found is not None
        return report, found


@pytest.mark.recorded("tried")
async def test_a_version_is_checked_and_tried_on_today_and_on_the_past(upkeep: Office) -> None:
    report, found = await tried(upkeep, changed("priority: 60\n", "priority: 61\n"))
    assert (report.passed, found.state, found.share) == (True, "done", 1.0)
    assert found.dry_run is not None


async def test_a_version_that_fails_its_check_is_not_tried_further(upkeep: Office) -> None:
    report, found = await tried(upkeep, {"trial.yaml": text_of(a_rule(owner="nobody"))})
    assert (report.passed, found.state, found.words) == (False, "failed", "It did not pass its check.")
    assert found.dry_run is None


async def test_a_version_that_cannot_be_compared_says_why(upkeep: Office) -> None:
    with transaction() as session:
        a_published_book(session)
    texts = changed("priority: 60\n", "priority: 61\n")
    at = await upkeep.skipper.now()
    with transaction() as session:
        broken = a_draft(session, {"trial.yaml": text_of(a_rule(owner="nobody"))}, passed=None)
        draft = a_draft(session, texts, passed=None)
        wish = TryVersion(version=draft, against=broken, request_id="one", as_of=at)
        command = rulebook_tryouts.ask(session, wish, by="7")
    await begun(upkeep, command.name, wish, workflow_id=command.target, queue=UPKEEP)
    await upkeep.skipper.client.get_workflow_handle(command.target).result()
    with transaction() as session:
        found = rulebook_tryouts.of(session, draft)
        assert found is not None
        assert (found.state, "cannot be read by this release" in found.words) == ("failed", True)
        assert rulebook.version(session, draft).trial is not None
