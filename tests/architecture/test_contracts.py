"""Who may know whom (design, The house): each contract holds, and each breaks when it should."""

import grimp
import pytest
from importlinter.application.user_options import UserOptions

from tests.architecture import contracts, source

LAYERS = "Layers: each folder knows only those below it"
WORDS = "Inside retention: words below, then numbers and messages, then records and letters"
DECIDES = "A workflow decides and remembers; it never reads, writes, scores, judges or sends"
GIVEN = "Numbers and instants reach a workflow in its input and through its steps"
SCORES = "No page of a tutor or student reaches a churn score"
APART = "Pages of staff and of tutors know nothing of each other"
PURE = "Rules are pure: no database, no settings"
CIRCLES = "No circles"
SQL = "SQL lives in the records"
DURABLE = "durable-rules has one door"
LEARNING = "xgboost and shap have one door"
LETTERS = "Letters leave through one door"
MARKUP = "MJML and calendar entries have one door each"
TEMPLATES = "Templates are filled in at two places"
TEMPORAL = "Temporal is spoken where cases live"
SERVED = "HTTP is served by api and web"
CALLED = "HTTP is called by the simulator and the tour"
TOOLS = "Tests and their tools stay outside"

BREACHES = [
    (LAYERS, "retention.planted", "rules"),
    (LAYERS, "rules.planted", "simulator"),
    (LAYERS, "workflows.planted", "activities"),
    (LAYERS, "activities.planted", "workflows"),
    (LAYERS, "switchboard.planted", "web"),
    (LAYERS, "web.planted", "api"),
    (LAYERS, "api.planted", "local"),
    (WORDS, "retention.vocabulary", "retention.clock"),
    (WORDS, "retention.messages.cases", "retention.records"),
    (WORDS, "retention.temporal.queues", "retention.records"),
    (DECIDES, "workflows.planted", "retention.records"),
    (DECIDES, "retention.messages.cases", "retention.settings"),  # reached through a chain
    (GIVEN, "workflows.planted", "retention.policy"),
    (GIVEN, "workflows.planted", "retention.readings"),
    (SCORES, "web.tutor.planted", "retention.records.churn"),
    (SCORES, "web.student.planted", "rules"),
    (SCORES, "web.tutor.planted", "web.people_ops.tutor"),  # reached through a chain
    (SCORES, "web.tutor.answer", "retention.records.churn"),
    (SCORES, "web.tutor.guide", "retention.records.first_session_forecasts"),
    (SCORES, "retention.records.answers", "ml"),  # reached through a chain
    (APART, "web.tutor.planted", "web.people_ops.planted"),
    (APART, "web.people_ops.planted", "web.tutor.guide"),
    (PURE, "rules.planted", "retention.records"),
    (CIRCLES, "retention.messages.evaluation", "retention.messages.planted"),
    (SQL, "web.planted", "sqlalchemy"),
    (SQL, "activities.planted", "psycopg"),
    (SQL, "local.planted", "alembic"),
    (DURABLE, "rules.planted", "durable"),
    (LEARNING, "activities.planted", "xgboost"),
    (LETTERS, "activities.planted", "sendgrid"),
    (LETTERS, "retention.emails.planted", "python_http_client"),
    (MARKUP, "activities.planted", "mrml"),
    (MARKUP, "web.planted", "icalendar"),
    (TEMPLATES, "web.people_ops.planted", "jinja2"),
    (TEMPORAL, "web.planted", "temporalio"),
    (TEMPORAL, "rules.planted", "temporalio"),
    (SERVED, "switchboard.planted", "fastapi"),
    (SERVED, "activities.planted", "starlette"),
    (CALLED, "activities.planted", "httpx2"),
    (TOOLS, "api.planted", "tests"),
    (TOOLS, "simulator.planted", "hypothesis"),
]


@pytest.fixture(scope="module")
def options() -> UserOptions:
    return contracts.options_of(source.ROOT)


@pytest.fixture(scope="module")
def graph(options: UserOptions) -> grimp.ImportGraph:
    return contracts.graph_of(options)


def test_every_contract_holds(graph: grimp.ImportGraph, options: UserOptions) -> None:
    assert contracts.broken(graph, options) == {}


@pytest.mark.parametrize(("contract", "importer", "imported"), BREACHES)
def test_a_planted_import_breaks_its_contract(
    *, graph: grimp.ImportGraph, options: UserOptions, contract: str, importer: str, imported: str
) -> None:
    bent = contracts.with_import(graph, importer=importer, imported=imported)
    if contract == CIRCLES:
        bent = contracts.with_import(bent, importer=imported, imported=importer)
    if contract == DECIDES:
        bent = contracts.with_import(bent, importer="workflows.planted", imported="retention.messages.cases")
    assert contract in contracts.broken(bent, options)


def test_each_contract_has_a_breach_that_proves_it(options: UserOptions) -> None:
    assert {contract["name"] for contract in options.contracts_options} == {name for name, *_ in BREACHES}


def test_every_record_that_asks_for_scores_is_closed_to_tutors_and_students(options: UserOptions) -> None:
    (closed,) = (one for one in options.contracts_options if one["name"] == SCORES)
    records = source.ROOT / "retention/records"
    asking = {
        path.stem
        for path in records.glob("*.py")
        if any(table in path.read_text() for table in ("churn_scores", "first_session_forecasts"))
    } - {"tables"}  # which names them all, and asks for nothing
    assert {f"retention.records.{name}" for name in asking} <= set(closed["forbidden_modules"])


def test_every_folder_of_code_is_under_contract(options: UserOptions) -> None:
    folders = {module.place.split("/")[0] for module in source.modules(source.ROOT, folders=source.APP)}
    assert folders == set(options.session_options["root_packages"])
