"""The pages of versions: what one changes, what trying it has found, and who may put it in force."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from activities import tryouts
from retention.messages.rulebook import TryVersion
from retention.records import audit, rulebook_drafts, rulebook_tryouts
from retention.records.commands import Command
from retention.records.database import transaction
from retention.settings import settings
from rules.trial import Trial, grammar
from tests.factories.quiet_tutors import HOUR, NOW, RULE, judged, quiet_tutor
from tests.factories.rulebooks import a_draft, a_published_book, changed
from tests.web.conftest import Visitor, account
from tests.web.rulebook_pages import VERSIONS, acts, in_force, read, sent, the_version, words_of

WHY = {"why": "They leave before anybody calls.", "back_why": "Too many calls."}
REQUEST = "00000000-0000-4000-8000-000000000001"
RARER = changed("again_after: 30d", "again_after: 45d")
WIDER = changed("- days_since_session: {gte: 7}", "- days_since_session: {gte: 6}")
WIDER["alerts.yaml"] = WIDER["alerts.yaml"].replace(
    "{days_since_session: {lt: 7}}", "{days_since_session: {lt: 6}}"
)


@pytest.fixture
def published(data: str) -> int:
    """The shipped book in force."""
    with transaction() as session:
        return a_published_book(session)


@pytest.fixture
def approval_needed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A second person agrees before anything is published."""
    monkeypatch.setenv("RULEBOOK_NEEDS_APPROVAL", "true")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def drafted(texts: dict[str, str] = RARER, *, author: str = "7", passed: bool | None = True) -> int:
    with transaction() as session:
        return a_draft(session, texts, author=author, passed=passed)


def decided(browser: TestClient, number: int, act: str, **answers: str) -> str:
    """Where a decision leads; the words of the page that says what is wrong with it."""
    told = WHY | {"seen": str(in_force())} | answers
    answer = sent(browser, f"{VERSIONS}/{number}/{act}", **told)
    return answer.headers["location"] if answer.status_code == 303 else f"{answer.status_code} {read(answer)}"


def test_all_versions_and_what_was_in_force_are_listed(ada: TestClient, published: int) -> None:
    drafted()
    said = words_of(ada, VERSIONS)
    for words in ("First book", "The first book.", "In force", "Draft", "Another bound."):
        assert words in said


def test_without_a_version_the_list_says_so_and_none_is_found(ada: TestClient) -> None:
    assert "Nothing yet" in words_of(ada, VERSIONS)
    assert ada.get(f"{VERSIONS}/1").status_code == 404


def test_a_draft_says_what_it_changes_beside_the_one_in_force(ada: TestClient, published: int) -> None:
    said = words_of(ada, f"{VERSIONS}/{drafted()}")
    assert "H1.coaching" in said
    assert "again after: 30 days → 45 days" in said
    assert f"Beside version {published}" in said


def test_what_has_not_passed_its_check_offers_no_publishing(ada: TestClient, published: int) -> None:
    never, failed = drafted(passed=None), drafted(WIDER, passed=False)
    assert "It has not been tried yet" in words_of(ada, f"{VERSIONS}/{never}")
    assert "tips.yaml:1:1: this is not YAML" in words_of(ada, f"{VERSIONS}/{failed}")
    for number in (never, failed):
        assert f"{number}/publish" not in ada.get(f"{VERSIONS}/{number}").text
        assert decided(ada, number, "publish").startswith("422")
    assert in_force() == published


def test_publishing_puts_it_in_force_once_and_says_who_and_why(ada: TestClient, published: int) -> None:
    draft = drafted()
    first = decided(ada, draft, "publish", seen=str(published))
    again = decided(ada, draft, "publish", seen=str(published))
    assert first == again == f"{VERSIONS}/{draft}?done=published"
    assert (in_force(), acts()) == (draft, ["publish", "seed"])
    with transaction() as session:
        noted = [line.act for line in audit.lines_about(session, f"rulebook/{draft}")]
    assert noted == ["rulebook.publish"]
    said = words_of(ada, first)
    assert "It is in force from the next batch on." in said
    assert WHY["why"] in said
    assert "again after: 30 days → 45 days" in words_of(ada, "/people-ops/rules/H1.coaching")


def test_a_publication_without_a_reason_needs_another_look(ada: TestClient, published: int) -> None:
    assert "Please answer this." in decided(ada, drafted(), "publish", why="")
    assert in_force() == published


def test_somebody_was_first_and_the_page_says_so(ada: TestClient, published: int) -> None:
    mine, other = drafted(), drafted(WIDER)
    decided(ada, other, "publish")
    said = decided(ada, mine, "publish", seen=str(published))
    assert said.startswith("409")
    assert f"Version {other} was published meanwhile" in said
    said = decided(ada, mine, "publish")
    assert said.startswith("409")
    assert "would be taken back" in said
    assert decided(ada, mine, "publish", despite="true").endswith("done=published")


def test_rolling_back_gives_the_version_before_once(ada: TestClient, published: int) -> None:
    draft = drafted()
    decided(ada, draft, "publish")
    assert "Try it first" in words_of(ada, f"{VERSIONS}/{published}")  # the first book was seeded unchecked
    assert decided(ada, published, "roll-back").startswith("422")
    checked(published)
    first = decided(ada, published, "roll-back", seen=str(draft))
    assert first == decided(ada, published, "roll-back", seen=str(draft))
    assert (in_force(), acts()) == (published, ["roll_back", "publish", "seed"])
    assert "Roll back to version" in words_of(ada, f"{VERSIONS}/{draft}")
    assert decided(ada, draft, "roll-back", seen=str(draft)).startswith("409")


def checked(number: int) -> None:
    """What a try leaves of a version that passes."""
    found = Trial(passed=True, grammar=grammar(), engine="durable")
    with transaction() as session:
        rulebook_drafts.keep_trial(session, number, found.model_dump(mode="json"))


def asked(number: int, *, days: int = 30) -> TryVersion:
    """A version that somebody wants to be tried."""
    wish = TryVersion(version=number, against=in_force(), request_id=REQUEST, as_of=NOW + HOUR, days=days)
    with transaction() as session:
        rulebook_tryouts.ask(session, wish, by="7")
    return wish


def test_only_somebody_else_agrees_where_a_second_person_is_asked(
    visitor: Visitor, published: int, approval_needed: None
) -> None:
    ada, grace = visitor(), visitor("Grace Hopper")
    draft = drafted(author=str(account().id))
    assert "has to agree before it is published" in words_of(ada, f"{VERSIONS}/{draft}")
    assert "waits for the approval of a second person" in decided(ada, draft, "publish")
    assert "approved by somebody who has not written it" in decided(ada, draft, "approve")
    assert decided(grace, draft, "approve", word="Fine.").endswith("done=approved")
    assert decided(ada, draft, "publish").endswith("done=published")
    checked(published)
    assert "Somebody else has to agree first" in words_of(ada, f"{VERSIONS}/{published}")
    assert "waits for the approval of a second person" in decided(ada, published, "roll-back")
    assert decided(grace, published, "approve").endswith("done=approved")
    assert decided(ada, published, "roll-back").endswith("done=rolled_back")


def test_a_draft_is_watched_and_not_watched_any_more(ada: TestClient, published: int) -> None:
    draft = drafted()
    assert decided(ada, draft, "shadow").endswith("done=shadow")
    assert the_version(draft).status == "shadow"
    assert decided(ada, draft, "shadow").endswith("done=unwatched")
    assert the_version(draft).status == "draft"


def test_a_discarded_draft_stays_on_record_and_is_out_of_the_way(ada: TestClient, published: int) -> None:
    draft = drafted()
    assert decided(ada, draft, "discard", discard_why="").startswith("422")
    assert decided(ada, draft, "discard", discard_why="No.").endswith("done=discarded")
    assert "Drafts that wait" not in words_of(ada)
    assert "Discarded" in words_of(ada, f"{VERSIONS}/{draft}")
    assert decided(ada, draft, "publish").startswith("422")


def test_a_wish_to_try_it_starts_one_workflow_however_often_it_is_sent(
    ada: TestClient, published: int
) -> None:
    draft = drafted(passed=None)
    for _ in range(2):
        answer = sent(ada, f"{VERSIONS}/{draft}/try", request_id=REQUEST, days="30")
        assert answer.headers["location"] == f"{VERSIONS}/{draft}#tryout"
    with transaction() as session:
        (command,) = session.scalars(select(Command)).all()
    assert (command.name, command.target) == ("RulebookTryout", f"rulebook-tryout/{draft}/{REQUEST}")
    assert (command.payload["against"], command.payload["days"]) == (published, 30)
    said = words_of(ada, f"{VERSIONS}/{draft}")
    assert "This page follows by itself." in said
    assert "Everybody as they stand today (to come)" in said


def test_what_trying_has_found_is_told_with_names_and_hours(ada: TestClient, data: str) -> None:
    six, _, _ = quiet_tutor(6), quiet_tutor(8), quiet_tutor(0)
    judged()
    draft = drafted(WIDER)
    wish = asked(draft)
    tryouts.dry_run_version(wish)
    assert "0 % of the past is judged" not in words_of(ada, f"{VERSIONS}/{draft}")
    tryouts.backtest_version(wish)
    said = words_of(ada, f"{VERSIONS}/{draft}")
    assert f"{RULE}: 1 newly, 0 no longer" in said
    assert "It would hold of 2: 1 has fired already, 1 fires." in said
    assert "People Ops 1 (0)" in said
    assert "2 (1) cases, 1 (0.5) hours of work" in said
    assert f"{RULE} Differs 2 (1) 2 (1) 2 (1) 0" in said
    assert f'href="/people-ops/tutors/{six}"' in ada.get(f"{VERSIONS}/{draft}").text


def test_a_try_that_failed_says_why_and_may_be_asked_for_again(ada: TestClient, published: int) -> None:
    draft = drafted(passed=None)
    with transaction() as session:
        rulebook_tryouts.fail(session, asked(draft), "It could not be tried: the database was away.")
    said = words_of(ada, f"{VERSIONS}/{draft}")
    assert "the database was away" in said
    assert "Try it again" in said
