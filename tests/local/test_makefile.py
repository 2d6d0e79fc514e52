"""The front door: every target says what it does."""

import re
import subprocess

from local import places

MAKEFILE = (places.CHECKOUT / "Makefile").read_text()
PROMISED = {"up", "test", "test-slow", "check", "bench", "demo-tour", "clean"}


def test_every_target_has_a_line_of_help() -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    helped = set(re.findall(r"^([a-z-]+):.*## \S", MAKEFILE, re.MULTILINE))
    assert targets == helped
    assert helped >= PROMISED


def test_make_alone_prints_the_help() -> None:
    said = subprocess.run(["make"], cwd=places.CHECKOUT, capture_output=True, text=True, check=True).stdout
    assert all(f"make {target} " in said for target in PROMISED)
