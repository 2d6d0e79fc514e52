"""The machines that docs/programmes.md draws: the states of each diagram."""

import re
from pathlib import Path

DRAWN_IN = "docs/programmes.md"
DIAGRAM = re.compile(
    r"^## (?P<title>[^\n]+)\n(?:(?!^## ).)*?^```mermaid\nstateDiagram-v2\n(?P<drawn>.*?)^```",
    re.MULTILINE | re.DOTALL,
)
EDGE = re.compile(r"^\s*(\S+) --> ([^\s:]+)", re.MULTILINE)
ENDS = "[*]"


def states(root: Path) -> dict[str, set[str]]:
    """Title of a section -> the states that its diagram draws, without where it begins and ends."""
    text = (root / DRAWN_IN).read_text(encoding="utf-8")
    return {
        found["title"]: {state for edge in EDGE.findall(found["drawn"]) for state in edge} - {ENDS}
        for found in DIAGRAM.finditer(text)
    }
