"""From a bare Python to the running demo: an interpreter that fits, uv, the locked environment, then `local`.

Only the standard library, and the syntax of any Python 3 that is still around: this file runs before
anything is installed, possibly on a Python that cannot run the rest.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1  # linux/prctl.h
WANTED = ((3, 11), (3, 12))
CHECKOUT = Path(__file__).resolve().parent.parent
NO_COMPILER = """\
Mainstay needs a C compiler for its rules engine, and none was found.
  Debian, Ubuntu:  sudo apt-get install build-essential
  Fedora:          sudo dnf install gcc
  macOS:           xcode-select --install
Then do the same again."""
# Starts, can make environments, and can compile extensions.
QUESTION = """\
import ensurepip, os, sys, sysconfig, venv
print(*sys.version_info[:2]) if os.path.exists(sysconfig.get_path("include") + "/Python.h") else None"""
ENVIRONMENT = CHECKOUT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
UV_WANTED = "uv>=0.9,<1"
WHAT_TO_INSTALL = """\
Mainstay needs Python 3.11 or 3.12 (its rules engine does not run on 3.13) with its venv module and its
C headers, and none was found.
  Debian 12, Ubuntu 24.04:  sudo apt-get install python3 python3-venv python3-dev
  Fedora:                   sudo dnf install python3.12 python3.12-devel
  macOS:                    brew install python@3.12
  pyenv:                    pyenv install 3.12
Then do the same again. Python is somewhere else? PYTHON=/path/to/python3.12 make up"""


def main(arguments: list[str]) -> None:
    """Build the environment when it is not there yet or the lock changed, then hand over."""
    if sys.platform == "win32":
        sys.exit("Mainstay runs on Linux and macOS; on Windows use WSL.")
    os.chdir(CHECKOUT)
    os.environ["MAINSTAY_UV"] = environment_from_lock()
    if arguments:
        end_with_make()
        os.execv(str(PYTHON), [str(PYTHON), *arguments])


def end_with_make() -> None:
    """When make is killed, what it started is asked to stop too (Linux; outlives the hand-over)."""
    if sys.platform == "linux" and os.environ.get("MAKELEVEL"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))


def environment_from_lock() -> str:
    """The path of uv, after `.venv` holds exactly what the lock says."""
    uv = uv_program()
    stamp = ENVIRONMENT / ".locked"
    locked = (CHECKOUT / "uv.lock").read_bytes() + (CHECKOUT / "pyproject.toml").read_bytes()
    if PYTHON.exists() and stamp.exists() and stamp.read_bytes() == locked:
        return uv
    python = fitting_python()
    if not any(shutil.which(name) for name in (os.environ.get("CC", "cc"), "gcc", "clang")):
        sys.exit(NO_COMPILER)
    say("Installing what the lock file names (a minute or two the first time)")
    command = [uv, "sync", "--locked", "--compile-bytecode", "--python", python]
    settings = dict(os.environ, UV_PYTHON_DOWNLOADS="never", UV_PROJECT_ENVIRONMENT=str(ENVIRONMENT))
    if subprocess.call(command, env=settings) != 0:
        sys.exit("uv could not build the environment; what it said is above. Mend that and try again.")
    stamp.write_bytes(locked)
    return uv


def uv_program() -> str:
    """The path of uv: on PATH when it really runs, else in a small environment of its own in the cache."""
    found = shutil.which("uv")
    if found and runs([found, "--version"]):
        return found
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    own = Path(cache) / "mainstay" / "uv"
    program = str(own / "bin" / "uv")
    if not runs([program, "--version"]):
        say("Fetching uv, which installs the rest")
        if subprocess.call([fitting_python(), "-m", "venv", "--clear", str(own)]) != 0:
            sys.exit("`python -m venv` failed. On Debian and Ubuntu: sudo apt-get install python3-venv")
        pip = [str(own / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        if subprocess.call([*pip, "--disable-pip-version-check", UV_WANTED]) != 0:
            sys.exit("pip could not fetch uv. Is a package index reachable? (`pip config list` names it)")
    return program


def fitting_python() -> str:
    """An interpreter of a wanted version that really starts; a pyenv shim may only pretend."""
    told = os.environ.get("PYTHON")
    candidates = [shutil.which(told) or told] if told else []
    candidates.append(sys.executable)
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        candidates += [os.path.join(folder, f"python{major}.{minor}") for major, minor in WANTED]  # noqa: PTH118 (PATH may hold an empty part)
    for candidate in candidates + pyenv_versions():
        if os.access(candidate, os.X_OK) and version_of(candidate) in WANTED:
            return candidate
    return sys.exit(WHAT_TO_INSTALL)


def pyenv_versions() -> list[str]:
    """The interpreters that pyenv keeps, whatever version it has switched on."""
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    return [str(python) for python in sorted(versions.glob("3.1[12].*/bin/python"), reverse=True)]


def version_of(python: str) -> tuple[int, ...]:
    """(3, 11) and the like; nothing for what does not start or lacks a part that we need."""
    try:
        said = subprocess.check_output([python, "-c", QUESTION], stderr=subprocess.DEVNULL)
        return tuple(int(part) for part in said.split())
    except (OSError, ValueError, subprocess.CalledProcessError):
        return ()


def runs(command: list[str]) -> bool:
    """Whether the command starts and ends well."""
    try:
        return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def say(what: str) -> None:
    """One line for the person who waits."""
    print(what, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
