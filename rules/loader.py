"""From rule files to a Book, or to every fault in all of them at once, each with its line and column."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from retention.vocabulary import RiskBand
from rules.book import Book, Concern, InPlan, Rule
from rules.conflict_table import conflicts_of
from rules.entries import Tree, rules_of, segments_of
from rules.fields import Fields, registry
from rules.marks import Document, Fault, read
from rules.meaning import faults_in
from rules.wording import look_at

SHIPPED = Path(__file__).with_name("book")


class BookRefused(ValueError):  # noqa: N818 (named as the fact it states)
    """A rulebook that must not be used; `faults` lists all that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))


def load_book(folder: Path = SHIPPED) -> Book:
    """Read, check and build the book of a folder. Raises BookRefused with every fault of every file."""
    return parse_book(texts_of(folder))


def texts_of(folder: Path = SHIPPED) -> dict[str, str]:
    """The texts of a book's files by file name, as a rulebook version keeps them."""
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.yaml"))}


def parse_book(texts: Mapping[str, str]) -> Book:
    """The same from texts by file name, as a rulebook version keeps them.

    What one rule says is checked although another cannot be read: all faults come in one pass.
    """
    fields = registry()
    documents = [read(text, file) for file, text in sorted(texts.items())]
    for document in documents:
        look_at(document, fields)
    faults = [fault for document in documents for fault in document.faults]
    faults += faults_in(documents, fields) if documents else [Fault("book", 1, 1, "there is no rule file")]
    if faults:
        raise BookRefused(faults)
    return _book(documents, fields, digest=digest_of(texts))


def digest_of(texts: Mapping[str, str]) -> str:
    """SHA-256 over all file names and texts of a book."""
    return hashlib.sha256(json.dumps(sorted(texts.items())).encode()).hexdigest()


def _book(documents: list[Document], fields: Fields, *, digest: str) -> Book:
    trees = {it.file: it.value for it in documents if isinstance(it.value, dict)}
    head: Tree = next(tree for tree in trees.values() if "bands" in tree)
    plans = {band: tuple(head["plans"][band]) for band in RiskBand}
    table = next((tree["conflicts"] for tree in trees.values() if "conflicts" in tree), None)
    return Book(
        version=head["version"],
        digest=digest,
        bands=head["bands"],
        plans=plans,
        rules=tuple(_planned(one.entry, plans) for document in documents for one in rules_of(document)),
        segments=tuple(one.entry for document in documents for one in segments_of(document)),
        concerns={
            file: Concern(tree["concern"], tree.get("about", ""))
            for file, tree in trees.items()
            if "concern" in tree
        },
        fields=fields,
        conflicts=conflicts_of(table),
    )


def _planned(rule: Rule, plans: Mapping[RiskBand, tuple[str, ...]]) -> Rule:
    """The rule with the bands whose plan has it; all of them or none: no plan gates it."""
    names = {rule.id, rule.id.split(".")[0]}
    bands = tuple(band for band, steps in plans.items() if names & set(steps))
    follows = rule.plan is InPlan.FOLLOW and rule.then is not None and not rule.tells
    return replace(rule, bands=bands if follows and len(bands) < len(plans) else ())
