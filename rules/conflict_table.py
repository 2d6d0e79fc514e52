"""Reading the conflict table of a book, and what may be wrong with it."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from retention.programmes.registry import TRAITS
from retention.vocabulary import Programme, RiskBand
from rules.conflicts import Conflict, Conflicts, Pair
from rules.marks import Document, Fault, Path

OF_PEOPLE = tuple(programme for programme, traits in TRAITS.items() if traits.needs_people)
ROWS: Path = ("conflicts", "rows")

Tree = dict[str, Any]
Place = tuple[int, Pair, RiskBand | None]  # number of the row, and what it speaks of


def conflicts_of(tree: Tree | None) -> Conflicts:
    """A well-formed table; none gives the empty one."""
    if tree is None:
        return Conflicts()
    spoken = [(Conflict(tree["rows"][number]["does"]), pair, band) for number, pair, band in _places(tree)]
    return Conflicts(
        leads=tuple(map(Programme, tree["leads"])),
        words={pair: word for word, pair, band in spoken if band is None},
        in_bands={(pair, band): word for word, pair, band in spoken if band is not None},
    )


def conflict_faults(documents: list[Document]) -> Iterator[Fault]:
    """What is wrong with the table; a book without one has nothing wrong."""
    tables = [it for it in documents if isinstance(it.value, dict) and "conflicts" in it.value]
    for extra in tables[1:]:
        yield extra.fault_of_name(("conflicts",), f"conflicts are already given in {tables[0].file}")
    for document in tables[:1]:
        if not document.is_whole(("conflicts",)):
            continue
        assert isinstance(document.value, dict)
        tree: Tree = document.value["conflicts"]
        yield from _lead_faults(document, tree)
        yield from _doubled(document, tree)
        yield from _missing(document, tree)
        yield from _row_faults(document, tree)


def _places(tree: Tree) -> Iterator[Place]:
    """Every pair that a row speaks of, in every band that it names."""
    for number, row in enumerate(tree["rows"]):
        bands = [RiskBand(band) for band in row["bands"]] if "bands" in row else [None]
        for begins, during, band in product(_listed(row["begins"]), _listed(row["while"]), bands):
            yield number, (Programme(begins), Programme(during)), band


def _listed(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


def _lead_faults(document: Document, tree: Tree) -> Iterator[Fault]:
    given, path = tree["leads"], ("conflicts", "leads")
    for programme in OF_PEOPLE:
        if given.count(programme) != 1:
            times = "is missing" if programme not in given else "is named twice"
            yield document.fault(
                path, f"{programme} {times}: each programme that needs people stands here once"
            )
    for index, name in enumerate(given):
        if name not in OF_PEOPLE:
            yield document.fault((*path, index), f"{name} needs no people, so it leads nothing")


def _doubled(document: Document, tree: Tree) -> Iterator[Fault]:
    first: dict[tuple[Pair, RiskBand | None], int] = {}
    for number, pair, band in _places(tree):
        if (pair, band) in first:
            line = document.places[(*ROWS, first[pair, band])][0]
            yield document.fault((*ROWS, number), f"{_named(pair)} is already spoken of in line {line}")
        first.setdefault((pair, band), number)


def _missing(document: Document, tree: Tree) -> Iterator[Fault]:
    """Between programmes that need people nothing may be left open."""
    known = {pair for _, pair, band in _places(tree) if band is None}
    for pair in product(OF_PEOPLE, OF_PEOPLE):
        if pair not in known:
            yield document.fault_of_name(("conflicts", "rows"), f"no row says what becomes of {_named(pair)}")


def _row_faults(document: Document, tree: Tree) -> Iterator[Fault]:
    table = conflicts_of(tree)
    ranks = {str(programme): rank for rank, programme in enumerate(tree["leads"])}
    for number, pair, band in _places(tree):
        what = _wrong(table, pair, band=band, ranks=ranks)
        if what:
            yield document.fault((*ROWS, number, "does"), f"{_named(pair)}: {what}")


def _wrong(table: Conflicts, pair: Pair, *, band: RiskBand | None, ranks: dict[str, int]) -> str:
    begins, during = pair
    word = table.word(begins, during, band)
    last = len(ranks)
    leads = ranks.get(begins, last) < ranks.get(during, last)
    if word is Conflict.EXCLUDE and table.word(during, begins, band) is not Conflict.EXCLUDE:
        return "exclude holds in both directions, and the other row says otherwise"
    if during not in OF_PEOPLE and word is not Conflict.BESIDE:
        return f"nobody waits in a case of {during}, so nothing is folded into it or waits for it"
    if word is Conflict.PREEMPT and not leads:
        return f"only what stands before {during} in leads can pre-empt it"
    if word is Conflict.BESIDE and begins in OF_PEOPLE and during in OF_PEOPLE and leads:
        return f"it stands before {during} in leads, so it would lead: say preempt"
    return ""


def _named(pair: Pair) -> str:
    return f"{pair[0]} while {pair[1]} is open"
