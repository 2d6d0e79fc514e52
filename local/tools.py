"""The tools that fetch other tools."""

import os
import shutil
import sys


def uv() -> list[str]:
    """The command for uv: what started us knows where it put it."""
    told = os.environ.get("MAINSTAY_UV") or shutil.which("uv")
    return [told] if told else [sys.executable, "-m", "uv"]
