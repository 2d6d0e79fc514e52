"""Temporal's time-skipping test server for tests: weeks of waiting in milliseconds, on loopback only."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from local import children, places, ports
from local.children import Child
from local.once import made_once
from local.temporal_binary import Tell, silent
from retention.errors import Refusal

SOURCES = Path(__file__).with_name("testserver")
PROGRAM = "LoopbackTestServer"
OLDEST_JAVA = 17
COPY_DEPENDENCIES = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
# One short-lived server for each test run: quick to start matters more than quick at the end.
FLAGS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-Xshare:auto", "-Xlog:cds=off")
HOW_TO_GET_IT = (
    "Install a Java development kit 17 or newer and Maven "
    "(Debian: `apt-get install default-jdk-headless maven`), "
    "or set TEMPORAL_TEST_SERVER to the program of a test server."
)
START_PATIENCE = 30.0  # seconds


@dataclass(frozen=True)
class TimeSkippingServer:
    """A running test server; `stop()` and start another when its clock no longer answers."""

    address: str
    child: Child = field(repr=False)

    def stop(self) -> None:
        """End it at once: it has nothing to lose."""
        self.child.kill()
        self.child.wait()
        if self.child.stdin is not None:
            self.child.stdin.close()


def start_time_skipping(tell: Tell = silent) -> TimeSkippingServer:
    """Start one on a free port, time standing still. Call it from the main thread. May raise Refusal."""
    command = provide(tell)
    for _ in range(3):  # somebody else may take the free port first
        port = ports.free_port()
        child = children.start([*command, str(port)], log=children.NOWHERE, stdin=subprocess.PIPE)
        server = TimeSkippingServer(f"{ports.LOOPBACK}:{port}", child)
        if children.wait_until(lambda: ports.answers(port), within=START_PATIENCE, child=child):  # noqa: B023
            return server
        server.stop()
    raise Refusal("The time-skipping test server did not start.", instead=f"Try: {' '.join(command)} 0")


def provide(tell: Tell = silent) -> list[str]:
    """The command that starts it, to be followed by a port. Raises Refusal with what to install."""
    told = os.environ.get("TEMPORAL_TEST_SERVER")
    if told:
        return [told]
    java = _tool("java")
    libraries = made_once(_folder(), make=lambda unfinished: _fetch_and_compile(unfinished, tell))
    words = [java, *FLAGS]
    path = ":".join(str(jar) for jar in sorted(libraries.glob("*.jar")))
    archive = made_once(
        libraries / "classes.jsa",
        make=lambda unfinished: _archive(unfinished, [*words, "-cp", path, PROGRAM, "0"]),
    )
    return [*words, f"-XX:SharedArchiveFile={archive}", "-cp", path, PROGRAM]


def _folder() -> Path:
    """The cache folder, named after what it is made of."""
    made_of = b"".join(file.read_bytes() for file in sorted(SOURCES.iterdir()))
    return places.cache() / f"testserver-{hashlib.sha256(made_of).hexdigest()[:12]}"


def _fetch_and_compile(folder: Path, tell: Tell) -> None:
    javac, jar, maven = _tool("javac"), _tool("jar"), _tool("mvn")
    tell("Fetching the time-skipping test server (40 Java archives, once)", 0)
    quietly = (maven, "-q", "-B", "-f")
    _run([*quietly, SOURCES / "pom.xml", COPY_DEPENDENCIES, f"-DoutputDirectory={folder}"])
    tell("Compiling the time-skipping test server", 0.8)
    classes = folder / "classes"
    _run([javac, "-cp", f"{folder}/*", "-d", classes, SOURCES / f"{PROGRAM}.java"])
    _run([jar, "--create", "--file", folder / "mainstay-testserver.jar", "-C", classes, "."])


def _archive(target: Path, command: list[str]) -> None:
    """Start it once and end it, so that later starts find its classes ready: 0.4 s instead of 1.3 s."""
    flags = [command[0], f"-XX:ArchiveClassesAtExit={target}", *command[1:]]
    subprocess.run(flags, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=True)


def _run(command: Sequence[str | Path]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        said = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr).strip()
        raise Refusal(f"`{command[0]}` failed: {said[-500:]}", instead=HOW_TO_GET_IT)


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None or (name == "java" and _java_version(found) < OLDEST_JAVA):
        raise Refusal(f"The time-skipping test server needs `{name}`.", instead=HOW_TO_GET_IT)
    return found


def _java_version(java: str) -> int:
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found else 0
