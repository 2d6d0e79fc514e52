"""From any Python: find one that fits, or say what to install."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from local import bootstrap, children, places

WANTS_ANOTHER = "import bootstrap; bootstrap.WANTED = ((9, 9),); bootstrap.fitting_python()"
HAS_NO_ENVIRONMENT = """
import sys, pathlib, bootstrap
bootstrap.ENVIRONMENT = pathlib.Path(sys.argv[1])
bootstrap.PYTHON = bootstrap.ENVIRONMENT / "bin" / "python"
bootstrap.uv_program = lambda: "uv"
bootstrap.environment_from_lock()
"""
WAITS = """
import bootstrap, os, signal, sys, time
def stop(*_):
    print("stopped in order", flush=True)
    sys.exit()
signal.signal(signal.SIGTERM, stop)
bootstrap.end_with_make()
print(os.getpid(), flush=True)
time.sleep(600)
"""


def test_a_python_that_fits_is_found() -> None:
    assert bootstrap.version_of(bootstrap.fitting_python()) in bootstrap.WANTED


def test_what_only_pretends_to_be_python_is_passed_over() -> None:
    assert bootstrap.version_of("/bin/false") == ()
    assert bootstrap.version_of("/no/such/python") == ()


def test_without_a_python_that_fits_it_says_what_to_install() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WANTS_ANOTHER],
        cwd=places.CHECKOUT / "local",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "needs Python 3.11 or 3.12" in done.stderr
    assert "apt-get install" in done.stderr


def test_without_a_compiler_it_says_what_to_install(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HAS_NO_ENVIRONMENT, str(tmp_path)],
        cwd=places.CHECKOUT / "local",
        env={"PATH": str(tmp_path), "HOME": os.environ["HOME"], "CC": "no-such-compiler"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "needs a C compiler" in done.stderr


def test_it_needs_nothing_but_the_standard_library() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-I", str(places.CHECKOUT / "local" / "bootstrap.py")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
def test_what_make_started_ends_when_make_is_killed(tmp_path: Path) -> None:
    (tmp_path / "waits.py").write_text(WAITS)
    (tmp_path / "Makefile").write_text(f"wait:\n\t@{sys.executable} waits.py\n")
    make = subprocess.Popen(
        ["make", "--no-print-directory", "wait"],  # the suite itself may run under make
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(places.CHECKOUT / "local")},
        stdout=subprocess.PIPE,
    )
    assert make.stdout is not None
    started = int(make.stdout.readline())
    make.kill()
    make.wait()
    assert make.stdout.readline() == b"stopped in order\n"
    make.stdout.close()
    assert children.wait_until(lambda: not psutil.pid_exists(started), within=5)
