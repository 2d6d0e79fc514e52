"""What tests of the rulebook's pages have in common: a form sent, what a person reads, a version tried."""

import re

from fastapi.testclient import TestClient
from httpx2 import Response

from retention.records import rulebook, rulebook_publications
from retention.records.database import transaction
from retention.records.rulebook import RulebookVersion
from tests.web.conftest import token_of

RULES = "/people-ops/rules"
VERSIONS = f"{RULES}/versions"
COACHING = f"{RULES}/H1.coaching"
BOUND = "when.churn_score.gt"


def words_of(browser: TestClient, address: str = RULES) -> str:
    """What a person reads on a page."""
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    return read(answer)


def read(answer: Response) -> str:
    """The words of an answer's page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.split("<main", 1)[1]))


def sent(browser: TestClient, address: str = COACHING, **answers: str) -> Response:
    """A form with the hidden token of this sign-in."""
    return browser.post(address, data={"form_token": token_of(browser), **answers})


def changed_rule(browser: TestClient, answers: dict[str, str], *, version: int | None = None) -> Response:
    """The form of the coaching rule, sent with these answers."""
    told = {"version": str(version or in_force()), "note": "Sooner, before they leave."}
    return sent(browser, COACHING, **told | answers)


def drafted(answer: Response) -> int:
    """The number of the draft that a form has made."""
    assert answer.status_code == 303, read(answer)
    return int(answer.headers["location"].rsplit("/", 1)[1])


def the_version(number: int) -> RulebookVersion:
    """A version as it stands."""
    with transaction() as session:
        return rulebook.version(session, number)


def in_force() -> int:
    """The number of the version that is judged by."""
    with transaction() as session:
        known = rulebook.standing(session)
        assert known is not None
        return known.version


def acts() -> list[str]:
    """How versions came to be in force, the newest first."""
    with transaction() as session:
        return [line.act for line in rulebook_publications.publications(session)]
