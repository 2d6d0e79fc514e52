"""Style, script and icons: named after their content, so that browsers may keep them for ever."""

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request, Response

FOLDER = Path(__file__).parent / "static"
STYLES = (
    "tokens",
    "reset",
    "layout",
    "badges",
    "cards",
    "forms",
    "tasks",
    "alerts",
    "charts",
    "tutor",
    "letters",
    "print",
)
FOR_EVER = "public, max-age=31536000, immutable"

router = APIRouter(prefix="/static", include_in_schema=False)


@dataclass(frozen=True)
class Static:
    """One file as it is sent."""

    name: str
    media: str
    body: bytes
    packed: bytes


@lru_cache
def files() -> dict[str, Static]:
    """Every file by its plain name; the script is missing until it is bundled, and pages work without it."""
    style = b"\n".join((FOLDER / "css" / f"{name}.css").read_bytes() for name in STYLES)
    found = {
        "app.css": _static("app", "css", style),
        "icons.svg": _static("icons", "svg", (FOLDER / "icons.svg").read_bytes()),
        "guide.js": _static("guide", "js", (FOLDER.parent / "assets" / "guide.js").read_bytes()),
        "favicon.svg": _static("favicon", "svg", (FOLDER / "favicon.svg").read_bytes()),
    }
    script = _script()
    if script is not None:
        found["app.js"] = _static("app", "js", script)
    return found


def url(name: str) -> str:
    """The address of a static file, empty when it was not built."""
    known = files().get(name)
    return f"/static/{known.name}" if known else ""


@router.get("/{name}")
def static_file(request: Request, name: str) -> Response:
    """One static file, compressed when the browser takes it."""
    for known in files().values():
        if known.name == name:
            packed = "gzip" in request.headers.get("accept-encoding", "")
            headers = {"cache-control": FOR_EVER, "vary": "accept-encoding"}
            headers |= {"content-encoding": "gzip"} if packed else {}
            return Response(known.packed if packed else known.body, media_type=known.media, headers=headers)
    return Response("No such file.", status_code=404, media_type="text/plain")


MEDIA = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


def _static(stem: str, kind: str, body: bytes) -> Static:
    digest = hashlib.sha256(body).hexdigest()[:12]
    return Static(f"{stem}.{digest}.{kind}", MEDIA[kind], body, gzip.compress(body, mtime=0))


def _script() -> bytes | None:
    manifest = FOLDER / "dist" / "manifest.json"
    if not manifest.exists():
        return None
    name: str = json.loads(manifest.read_text())["app.js"]
    return (FOLDER / "dist" / name).read_bytes()
