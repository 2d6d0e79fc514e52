"""The production layout: its services run what exists, with settings that exist, and publish little."""

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from local.processes import SERVICES
from retention.settings import Settings
from tests.architecture import source

COMPOSE = source.ROOT / "docker-compose.yml"
OURS = "mainstay:latest"
BESIDE_SETTINGS = {"DATABASE_OWNER_URL"}  # read by local.prepare alone


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    layout: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return dict(layout["services"])


@pytest.fixture(scope="module")
def ours(services: dict[str, Any]) -> dict[str, Any]:
    return {name: service for name, service in services.items() if service["image"] == OURS}


def test_every_service_of_ours_runs_a_module_that_exists(ours: dict[str, Any]) -> None:
    for name, service in ours.items():
        program, flag, module = service["command"]
        assert (program, flag) == ("python", "-m")
        spec = importlib.util.find_spec(module)
        assert spec is not None, name
        if spec.submodule_search_locations is not None:
            assert importlib.util.find_spec(f"{module}.__main__") is not None, name


def test_every_process_of_the_demo_has_its_service(ours: dict[str, Any]) -> None:
    modules = {service["command"][2] for service in ours.values()}
    assert {process.module for process in SERVICES if process.exists} <= modules


def test_every_setting_given_to_a_service_exists(ours: dict[str, Any]) -> None:
    known = {name.upper() for name in Settings.model_fields} | BESIDE_SETTINGS
    for service in ours.values():
        assert set(service["environment"]) <= known


def test_whoever_waits_for_a_service_waits_for_one_that_exists(services: dict[str, Any]) -> None:
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)


def test_nothing_is_published_beyond_this_machine(services: dict[str, Any]) -> None:
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_the_proxies_that_are_believed_are_those_of_the_containers_own_network(ours: dict[str, Any]) -> None:
    network = yaml.safe_load(COMPOSE.read_text())["networks"]["default"]["ipam"]["config"]
    believed = {
        name: one["environment"]["TRUSTED_PROXIES"]
        for name, one in ours.items()
        if "TRUSTED_PROXIES" in one["environment"]
    }
    assert believed == {"api": network[0]["subnet"]}


def test_metrics_can_be_asked_for_from_other_containers(ours: dict[str, Any]) -> None:
    assert {service["environment"]["METRICS_HOST"] for service in ours.values()} == {"0.0.0.0"}


def test_only_init_knows_the_password_of_the_tables_owner(ours: dict[str, Any]) -> None:
    assert [name for name, one in ours.items() if "DATABASE_OWNER_URL" in one["environment"]] == ["init"]


def test_every_variable_is_required_and_explained_at_the_top() -> None:
    text = COMPOSE.read_text()
    used = set(re.findall(r"\$\{(\w+):\?", text))
    assert used == set(re.findall(r"\$\{(\w+)", text))
    assert used == set(re.findall(r"^#   (\w+)", text, flags=re.MULTILINE))


def test_mounted_files_exist(services: dict[str, Any]) -> None:
    mounts = [mount for service in services.values() for mount in service.get("volumes", [])]
    files = [Path(mount.split(":")[0]) for mount in mounts if mount.startswith("./")]
    assert files
    assert all((source.ROOT / file).is_file() for file in files)
