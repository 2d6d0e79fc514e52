import re
from contextlib import nullcontext
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from retention.errors import Refusal
from retention.settings import settings
from tests.web.conftest import token_of
from web import statics
from web.application import pages
from web.guard import HEADERS

CHOSEN = {  # of the preferences
    "theme": "dark",
    "time_zone": "UTC",
    "alert_mail": "at_once",
    "alert_scope": "my_group",
    "digest_hour": "8",
}
TEMPLATES = sorted((Path(statics.__file__).parent).glob("**/*.html"))


@pytest.mark.parametrize("address", ["/sign-in", "/nowhere", "/people-ops/tasks", "/static/nothing.css"])
def test_every_answer_carries_the_security_headers(stranger: TestClient, address: str) -> None:
    answer = stranger.get(address, follow_redirects=False)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://elsewhere.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "same-origin"}, 303),
        ({}, 303),
    ],
)
def test_another_site_cannot_make_a_browser_change_something(
    ada: TestClient, headers: dict[str, str], status: int
) -> None:
    form = CHOSEN | {"form_token": token_of(ada)}
    assert ada.post("/preferences", data=form, headers=headers).status_code == status


def test_a_form_without_its_token_changes_nothing(ada: TestClient) -> None:
    refused = ada.post("/preferences", data={"theme": "dark", "time_zone": "Asia/Tokyo"})
    assert refused.status_code == 403
    assert "Asia/Tokyo" not in ada.get("/preferences").text


@pytest.mark.parametrize("name", ["app.css", "icons.svg", "favicon.svg"])
def test_a_static_file_is_named_by_its_content_and_kept_for_ever(stranger: TestClient, name: str) -> None:
    answer = stranger.get(statics.url(name))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_needs_inline_script_or_style_or_unescaped_text(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=|hx-on", text)
    unescaped = re.findall(r"[^{]*\|\s*safe", text)
    assert all("class=" in found for found in unescaped)  # a fixed attribute, no data


@pytest.mark.parametrize(("secret", "starts"), [("x" * 31, False), ("x" * 32, True), ("", False)])
def test_production_does_not_start_without_a_secret(
    data: str, monkeypatch: pytest.MonkeyPatch, secret: str, starts: bool
) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("SESSION_SECRET", secret)
    settings.cache_clear()
    try:
        with nullcontext() if starts else pytest.raises(Refusal):
            pages()
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_a_form_token_looks_different_on_each_page_and_holds_for_its_sign_in(ada: TestClient) -> None:
    first, second = token_of(ada), token_of(ada)
    assert first != second
    for token in (first, second):
        form = CHOSEN | {"form_token": token}
        assert ada.post("/preferences", data=form).status_code == 303


def test_a_page_is_sent_packed(ada: TestClient) -> None:
    assert ada.get("/patterns").headers["content-encoding"] == "gzip"
