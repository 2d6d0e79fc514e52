"""Where things lie on this machine: the checkout, its world, and what several checkouts share."""

import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
# The server refuses to run as root, so root lends it this account ("nobody" on Linux).
UNPRIVILEGED_ID = 65534


def home() -> Path:
    """The folder that holds this checkout's world: state, logs, passwords. Made when missing."""
    folder = Path(os.environ.get("MAINSTAY_HOME") or CHECKOUT / ".mainstay")
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def empty_home() -> None:
    """Remove what Mainstay put there, and the folder if nothing else is in it (it may be anybody's)."""
    folder = home()
    for name in ("database", "temporal", "logs", "outbox"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in ("world.json", "up.lock", "bundle.lock"):
        (folder / name).unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()


def logs() -> Path:
    """The folder of one log file for each process."""
    folder = home() / "logs"
    folder.mkdir(exist_ok=True)
    return folder


def cache() -> Path:
    """What was fetched or built once for all checkouts of this account."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mainstay"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def root_lends_account() -> bool:
    """Whether the database has to run under the unprivileged account."""
    return os.geteuid() == 0


def reachable(folder: Path) -> bool:
    """Whether the unprivileged account may walk down to this folder."""
    return all(step.stat().st_mode & stat.S_IXOTH for step in [folder, *folder.parents] if step.exists())


def database_folder(folder: Path) -> Path:
    """The folder for database files that belong to `folder`.

    That folder itself, unless root runs this and its account for the database cannot reach it: then a
    folder under /var/lib named after it. Permissions of existing folders are never widened.
    """
    if not root_lends_account() or reachable(folder):
        return folder
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return Path("/var/lib/mainstay") / name


def temporary_folder() -> Path:
    """A new private folder which the unprivileged account can reach too."""
    folder = Path(tempfile.mkdtemp(prefix="mainstay-"))
    if root_lends_account():
        folder.chmod(0o711)
    return folder


def lend(path: Path) -> None:
    """Give a file or folder of ours to the account that runs the database."""
    os.chown(path, UNPRIVILEGED_ID, UNPRIVILEGED_ID)
