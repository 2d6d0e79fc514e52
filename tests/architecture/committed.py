"""What must not be in the repository: this or that machine's paths, hosts of package registries."""

import re
from pathlib import Path

from tests.architecture import source

# In pieces, so that this file does not find itself.
MACHINE_PATHS = re.compile(r"(?<![\w.~/])/(?:root|work|home/\w+|Users/\w+|tmp/\w+)/[\w.-]+")
REGISTRIES = re.compile(
    r"https?://[^\s\"'<>)]*(?:pypi|pythonhosted|npmjs|registry\.|goproxy|proxy\.golang|repo1?\.maven|/simple\b)"
)
SECRETS = re.compile(r"SG\.[\w-]{22}\.[\w-]{43}|-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|ghp_\w{36}")
MAY_NAME_REGISTRIES = {"uv.lock"}  # the lock names where each hash came from
KINDS = {
    *(".py", ".toml", ".md", ".yml", ".yaml", ".html", ".css", ".js", ".mjs", ".json", ".txt", ".sh"),
    *(".ini", ".xml", ".mod", ".java", ".mako", ".example", ".jsonl", ""),
}


def faults(root: Path) -> list[str]:
    """Lines that hold a path of one machine, a registry's host or a secret."""
    return [fault for path in source.committed(root) if path.suffix in KINDS for fault in _of(root, path)]


def _of(root: Path, path: Path) -> list[str]:
    place = path.relative_to(root).as_posix()
    kinds = {"a path of one machine": MACHINE_PATHS, "a secret": SECRETS}
    if place not in MAY_NAME_REGISTRIES:
        kinds["the host of a package registry"] = REGISTRIES
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [
        f"{place}:{number}: {kind}: {match[0]}"
        for number, line in enumerate(lines, start=1)
        for kind, pattern in kinds.items()
        if (match := pattern.search(line))
    ]
