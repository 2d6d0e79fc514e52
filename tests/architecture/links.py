"""Links in the documents: each leads to a file that the repository has."""

import re
from pathlib import Path

from tests.architecture import source

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
ELSEWHERE = ("http://", "https://", "mailto:", "#")


def broken_links(root: Path) -> list[str]:
    """Relative links of the Markdown files that lead nowhere."""
    kept = set(source.committed(root))
    return [
        f"{document.relative_to(root).as_posix()}: {target}"
        for document in sorted(kept)
        if document.suffix == ".md"
        for target in LINK.findall(document.read_text(encoding="utf-8"))
        if not target.startswith(ELSEWHERE) and not _leads_somewhere(document, target)
    ]


def _leads_somewhere(document: Path, target: str) -> bool:
    return (document.parent / target.split("#", maxsplit=1)[0]).exists()
