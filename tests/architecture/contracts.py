"""The import contracts of pyproject.toml, checked in this process on a graph that a test may bend."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import grimp
from importlinter.application import use_cases
from importlinter.application.user_options import UserOptions
from importlinter.configuration import configure
from importlinter.domain.contract import registry

CONTRACT_TYPES = use_cases._get_built_in_contract_types()  # the list has no public door


def options_of(root: Path) -> UserOptions:
    """The contracts as written down."""
    configure()
    for name, contract_type in CONTRACT_TYPES:
        registry.register(contract_type, name)
    return use_cases.read_user_options(str(root / "pyproject.toml"))


def graph_of(options: UserOptions) -> grimp.ImportGraph:
    """Who imports whom, outside libraries included."""
    first, *others = options.session_options["root_packages"]
    return grimp.build_graph(first, *others, include_external_packages=True, cache_dir=None)


def broken(graph: grimp.ImportGraph, options: UserOptions) -> dict[str, str]:
    """The names of the contracts that do not hold, with what the contract found."""
    return {
        contract["name"]: findings
        for contract in options.contracts_options
        if (findings := _breach(graph, contract, options.session_options))
    }


def _breach(graph: grimp.ImportGraph, contract: dict[str, Any], session: dict[str, Any]) -> str:
    checker = registry.get_contract_class(contract["type"])(
        name=contract["name"], session_options=session, contract_options=contract
    )
    check = checker.check(deepcopy(graph), verbose=False)
    return "" if check.kept else str(check.metadata)


def with_import(graph: grimp.ImportGraph, *, importer: str, imported: str) -> grimp.ImportGraph:
    """The same graph with one more import, made up."""
    bent = deepcopy(graph)
    for module in (importer, imported):
        if module not in bent.modules:
            bent.add_module(module, is_squashed="." not in module)
    bent.add_import(importer=importer, imported=imported, line_number=1, line_contents="planted")
    return bent
