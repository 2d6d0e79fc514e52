"""A Chromium for the browser tests and the screenshots."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from local import places
from local.temporal_binary import Tell, silent
from retention.errors import Refusal

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLAYWRIGHTS_OWN = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/**/MacOS/*")
HOW_TO_GET_IT = (
    "Install Chromium (Debian: `sudo apt-get install chromium`), "
    "or run `.venv/bin/playwright install chromium`, "
    "or set MAINSTAY_CHROMIUM to the program of a Chrome or Chromium."
)


def provide(tell: Tell = silent) -> Path:
    """The browser's program, fetched when it is missing. Raises Refusal with how to get one."""
    told = os.environ.get("MAINSTAY_CHROMIUM")
    if told:
        if not os.access(told, os.X_OK):
            raise Refusal(f"MAINSTAY_CHROMIUM names {told}, which is no program.", instead=HOW_TO_GET_IT)
        return Path(told)
    found = _found()
    if found is None:
        tell("Fetching Chromium for the browser tests", 0)
        _fetch()
        found = _found()
    if found is None:
        raise Refusal("There is no Chromium for the browser tests.", instead=HOW_TO_GET_IT)
    return found


def _found() -> Path | None:
    for name in NAMES:
        if on_path := shutil.which(name):
            return Path(on_path)
    for pattern in PLAYWRIGHTS_OWN:
        if kept := sorted(_playwrights_folder().glob(pattern)):
            return kept[-1]
    return None


def _playwrights_folder() -> Path:
    told = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if told:
        return Path(told)
    below = "Library/Caches" if sys.platform == "darwin" else ".cache"
    return Path.home() / below / "ms-playwright"


def _fetch() -> None:
    """Playwright's own download; where that is cut off, Debian's package, if we may install one."""
    fetched = subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True, check=False
    )
    if fetched.returncode == 0 or not places.root_lends_account() or not shutil.which("apt-get"):
        return
    quietly = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for step in (("update",), ("install", "-y", "--no-install-recommends", "chromium")):
        subprocess.run(["apt-get", *step], capture_output=True, env=quietly, check=False)
