"""Who changed a rule last: the texts of a book's versions against those that they were made from."""

import re
from collections.abc import Iterable, Iterator, Mapping

ENTRY = re.compile(r"^(\s*)- (?:\{\s*)?id:\s*([A-Z][A-Za-z0-9]{0,11}\.[a-z][a-z0-9-]*)", re.MULTILINE)


def last_changes(lineage: Iterable[tuple[int, Mapping[str, str]]]) -> dict[str, int]:
    """For each rule of the newest version the version that gave it its text.

    `lineage`: number and files of each version, the newest first, each made from the next; it is read no
    further than needed. A rule that has always been as it is was given by the last of them.
    """
    found: dict[str, int] = {}
    same: dict[str, str] | None = None  # rules whose text has not been seen otherwise yet
    for number, files in lineage:
        texts = texts_of_rules(files)
        same = texts if same is None else same
        same = {rule_id: text for rule_id, text in same.items() if texts.get(rule_id) == text}
        found |= dict.fromkeys(same, number)
        if not same:
            break
    return found


def texts_of_rules(files: Mapping[str, str]) -> dict[str, str]:
    """The text of each rule by its id, from its own line to the next entry of the list or the end of it."""
    return {rule_id: text for _, file in sorted(files.items()) for rule_id, text in _entries(file)}


def _entries(text: str) -> Iterator[tuple[str, str]]:
    found = list(ENTRY.finditer(text))
    ends = [entry.start() for entry in found[1:]] + [len(text)]
    for entry, end in zip(found, ends, strict=False):  # a file without entries has one end
        yield entry[2], _without_what_follows(text[entry.start() : end])


def _without_what_follows(text: str) -> str:
    """Blank lines and comments behind an entry belong to the next one."""
    lines = text.rstrip().splitlines()
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines.pop()
    return "\n".join(lines)
