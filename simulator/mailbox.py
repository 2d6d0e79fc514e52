"""The tutors' mailboxes: letters that stayed on this machine, read as a mail program reads them."""

import os
import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

LINK = re.compile(r"https?://\S+")
ANSWERED = ("answer", "guides")  # where a letter's links lead that ask something of the tutor


@dataclass(frozen=True)
class Letter:
    """One letter: by which name it lies there, when it came (business time), and the page it leads to."""

    name: str
    at: datetime
    link: str  # path and query; empty: it asks nothing


class Mailbox:
    """A folder of .eml files; each is read once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: set[str] = set()

    def new(self) -> list[Letter]:
        """What has come since the last look. A folder that is not there yet holds nothing."""
        try:
            with os.scandir(self._folder) as there:
                names = sorted(one.name for one in there if one.name.endswith(".eml"))
        except FileNotFoundError:
            return []
        fresh = [name for name in names if name not in self._read]
        self._read.update(fresh)
        return [letter_of(name, (self._folder / name).read_bytes()) for name in fresh]


def letter_of(name: str, raw: bytes) -> Letter:
    """The letter in a file."""
    mail = message_from_bytes(raw, policy=policy.default)
    body = mail.get_body(preferencelist=("plain",))
    text = str(body.get_content()) if body is not None else ""
    return Letter(name, parsedate_to_datetime(mail["Date"]), _link_in(text))


def _link_in(text: str) -> str:
    """Where the letter's first link to one of our own pages leads."""
    for found in LINK.finditer(text):
        parts = urlsplit(found.group())
        if parts.path.lstrip("/").split("/")[0] in ANSWERED:
            return parts.path + (f"?{parts.query}" if parts.query else "")
    return ""
