"""The tutors' mailboxes: letters that stayed on this machine, read as a mail program reads them."""

import os
import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
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
    """A folder of .eml files; each is read once. `readers` ends the addresses whose letters are read here."""

    def __init__(self, folder: Path, *, readers: str = "") -> None:
        self._folder, self._readers = folder, readers
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
        mails = [(name, opened((self._folder / name).read_bytes())) for name in fresh]
        return [letter_of(name, mail) for name, mail in mails if self._is_theirs(mail)]

    def _is_theirs(self, mail: EmailMessage) -> bool:
        readers = mail["To"].addresses if mail["To"] else ()
        return all(reader.addr_spec.endswith(self._readers) for reader in readers)


def opened(raw: bytes) -> EmailMessage:
    """A file of the folder as a mail."""
    return message_from_bytes(raw, _class=EmailMessage, policy=policy.default)


def letter_of(name: str, mail: EmailMessage) -> Letter:
    """What a mail asks its reader to open."""
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
