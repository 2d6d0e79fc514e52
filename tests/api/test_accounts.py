"""Accounts over their life: opened, deactivated and renewed on the command line, used at the sign-in page."""

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from api.__main__ import commands
from retention.errors import Conflict, NotFound, Refusal
from tests.api.test_ingestion import count, stored
from web.application import pages

PASSWORD = "four-words-are-well"
OTHER = "four-more-words-then"
ADA = "ada@mainstay.example"
ORIGIN = {"origin": "http://testserver"}


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(commands, ["accounts", *words], input=typed)


def add(
    email: str = ADA,
    *,
    name: str = "Ada Byron",
    role: str = "people_ops",
    time_zone: str = "Europe/London",
    typed: str = f"{PASSWORD}\n",
) -> Result:
    given = {"--email": email, "--name": name, "--role": role, "--time-zone": time_zone}
    return run("add", *[word for option in given.items() for word in option], typed=typed)


def said(result: Result, kind: type[Refusal] = Refusal) -> str:
    """The refusal that a command ended with; running the module prints it."""
    assert isinstance(result.exception, kind), result.output
    return str(result.exception)


def sign_in(password: str = PASSWORD) -> TestClient:
    """A browser that has just tried."""
    browser = TestClient(pages(), headers=ORIGIN, follow_redirects=False)
    browser.post("/sign-in", data={"email": ADA, "password": password})
    return browser


def inside(browser: TestClient) -> bool:
    return browser.get("/people-ops/tasks").status_code == 200


def acts() -> list[tuple[str, str, str]]:
    return [
        (actor, act, subject)
        for actor, act, subject in stored("SELECT actor, act, subject FROM audit ORDER BY id")
        if act.startswith("account.")
    ]


def test_an_account_opened_on_the_command_line_signs_in(data: str) -> None:
    assert add("  Ada@Mainstay.example ").exit_code == 0
    assert inside(sign_in())
    assert not inside(sign_in(OTHER))


def test_the_password_is_neither_printed_nor_kept(data: str) -> None:
    assert PASSWORD not in add().output
    ((kept,),) = stored("SELECT password_hash FROM accounts")
    assert kept.startswith("$argon2id$")


def test_an_address_has_one_account_and_keeps_its_password(data: str) -> None:
    add()
    refusal = said(add("ADA@mainstay.example", typed=f"{OTHER}\n"), Conflict)
    assert f"{ADA} has an account already." in refusal
    assert "new-password" in refusal
    assert inside(sign_in())
    assert count("accounts") == 1


def test_an_unknown_role_is_refused_with_the_known_ones(data: str) -> None:
    result = add(role="boss")
    assert result.exit_code == 2
    assert "people_ops" in result.output


@pytest.mark.parametrize("role", ["tutor", "student"])
def test_only_accounts_of_staff_are_opened(data: str, role: str) -> None:
    assert "Choose one of admin, ops_manager, people_ops." in said(add(role=role))
    assert count("accounts") == 0


@pytest.mark.parametrize("role", ["admin", "ops_manager", "people_ops"])
def test_each_role_of_staff_can_be_given(data: str, role: str) -> None:
    assert add(role=role).exit_code == 0
    assert stored("SELECT role, time_zone FROM accounts") == [(role, "Europe/London")]


@pytest.mark.parametrize(("length", "taken"), [(11, False), (12, True), (200, True), (201, False)])
def test_a_password_has_12_to_200_characters(data: str, length: int, taken: bool) -> None:
    result = add(typed="x" * length + "\n")
    assert (result.exit_code == 0) == taken
    assert taken or "12 to 200 characters" in said(result)
    assert count("accounts") == taken


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": "ada"}, "is no e-mail address"),
        ({"email": "a b@mainstay.example"}, "is no e-mail address"),
        ({"name": "  "}, "A name has"),
        ({"time_zone": "Europe/Londn"}, "There is no time zone"),
        ({"typed": ""}, "not 0"),
        ({"typed": "a-bell\x07-is-in-here\n"}, "no keyboard types"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(data: str, wrong: dict[str, str], sentence: str) -> None:
    assert sentence in said(add(**wrong))
    assert count("accounts") == 0


def test_deactivating_ends_the_sign_ins_and_lets_nobody_in_again(data: str) -> None:
    add()
    browser = sign_in()
    assert inside(browser)
    assert run("deactivate", "Ada@mainstay.example").exit_code == 0
    assert not inside(browser)
    assert not inside(sign_in())
    assert count("sign_ins WHERE revoked_at IS NULL") == 0


def test_a_new_password_ends_the_sign_ins_and_the_old_password(data: str) -> None:
    add()
    browser = sign_in()
    assert run("new-password", ADA, typed=f"{OTHER}\n").exit_code == 0
    assert not inside(browser)
    assert not inside(sign_in())
    assert inside(sign_in(OTHER))


def test_a_new_password_opens_a_deactivated_account_again_but_not_its_old_sign_ins(data: str) -> None:
    add()
    browser = sign_in()
    run("deactivate", ADA)
    assert run("new-password", ADA, typed=f"{OTHER}\n").exit_code == 0
    assert not inside(browser)
    assert inside(sign_in(OTHER))


def test_other_peoples_sign_ins_go_on(data: str) -> None:
    add()
    add("ben@mainstay.example", name="Ben Moor")
    browser = sign_in()
    run("deactivate", "ben@mainstay.example")
    assert inside(browser)


@pytest.mark.parametrize("act", ["deactivate", "new-password"])
def test_an_unknown_address_is_refused(data: str, act: str) -> None:
    refusal = said(run(act, "nobody@mainstay.example", typed=f"{OTHER}\n"), NotFound)
    assert "There is no account of nobody@mainstay.example." in refusal


def test_the_list_shows_who_can_sign_in_and_no_password(data: str) -> None:
    add()
    add("ben@mainstay.example", name="Ben Moor", role="admin")
    run("deactivate", ADA)
    listed = run("list").output
    assert listed.splitlines() == [
        f"{ADA}\tAda Byron\tpeople_ops\tEurope/London\tdeactivated",
        "ben@mainstay.example\tBen Moor\tadmin\tEurope/London\tactive",
    ]


def test_each_act_is_audited_by_number_and_a_refused_one_is_not(data: str) -> None:
    add()
    add()
    run("new-password", ADA, typed=f"{OTHER}\n")
    run("deactivate", ADA)
    run("deactivate", "nobody@mainstay.example")
    ((number,),) = stored("SELECT id FROM accounts")
    subject = f"account/{number}"
    assert acts() == [
        ("operator", "account.opened", subject),
        ("operator", "account.password_renewed", subject),
        ("operator", "account.deactivated", subject),
    ]
