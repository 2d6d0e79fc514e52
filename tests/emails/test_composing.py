"""Letters as their readers get them: whoever they are, in their own time, in quiet words."""

import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import mrml
import pytest
from hypothesis import given, strategies as st

from retention.emails.composing import FOLDER, WIDTH, day_and_time, first_name_of, mjml_of
from retention.emails.samples import KNOWN, sample, sample_wish
from retention.vocabulary import Letter

SNAPSHOTS = Path(__file__).parent / "snapshots"
LETTERS = list(Letter)
TO_TUTORS = [letter for letter in Letter if sample_wish(letter).tutor_number is not None]
AWKWARD = {
    "long": "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaft " * 3,
    "diacritics": "Þórgunnur Ærlingsdóttir-Çelik Żółć",
    "right to left": "עֲמִיתָה שַׁרְעַבִּי",
    "quotes": 'Siobhán "Shiv" O\'Brien & Söhne',
    "markup": "<script>alert(1)</script> {{ 7 * 7 }} {% raw %}",
    "lines": "Ann\r\nBcc: everybody@example.com\u2028Lee\x00",
    "an only name": "Q",
    "no name": " ",
}
# What a tutor never reads (PRD: score, risk, rule, plan, note), nor a provider in a subject.
NEVER = re.compile(
    r"\b(score|risk|churn|rule|band|tier|pip|plan|performance|warning|threshold|intervention|metric|"
    r"underperform\w*|fail\w*|flag\w*|monitor\w*|retention|escalat\w*)\b",
    re.IGNORECASE,
)


class Seen(HTMLParser):
    """What a mail program makes of a letter."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_has_its_folder_and_its_snapshot(letter: Letter) -> None:
    assert {part.name for part in (FOLDER / letter).iterdir()} == {"subject.txt", "body.txt", "body.mjml"}
    composed = sample(letter)
    for kind, words in {"txt": f"{composed.subject}\n\n{composed.text}", "html": composed.html}.items():
        kept = SNAPSHOTS / f"{letter}.{kind}"
        if os.environ.get("RECORD_LETTERS"):
            kept.write_text(words, encoding="utf-8")
        assert kept.read_text(encoding="utf-8") == words, (
            "If that is meant: RECORD_LETTERS=1, and read the diff."
        )


@pytest.mark.parametrize("letter", LETTERS)
def test_the_markup_of_every_letter_is_sound(letter: Letter) -> None:
    assert mrml.to_html(mjml_of(letter)).warnings == []


@pytest.mark.parametrize("name", AWKWARD.values(), ids=AWKWARD)
@pytest.mark.parametrize("letter", LETTERS)
def test_nobodys_name_breaks_a_letter(letter: Letter, name: str) -> None:
    alerts = tuple(replace(one, about=name) for one in KNOWN.alerts)
    plain, composed = (
        sample(letter),
        sample(letter, replace(KNOWN, first_name=first_name_of(name), coach=name, alerts=alerts)),
    )
    assert "\n" not in composed.subject
    assert "\r" not in composed.subject + composed.text
    seen = Seen(composed.html)
    assert "script" not in seen.tags
    assert set(seen.tags) <= set(Seen(plain.html).tags) | {"bdi"}
    assert "49" not in composed.text.replace(plain.text, "")
    assert seen.links == Seen(plain.html).links


@pytest.mark.parametrize("letter", LETTERS)
def test_text_wraps_and_links_stay_whole(letter: Letter) -> None:
    link = "https://mainstay.example/answer/" + "a" * 200
    guide = replace(KNOWN.guide, link=link) if KNOWN.guide else None
    composed = sample(letter, replace(KNOWN, answer_link=link, guide=guide))
    assert all(len(line) <= WIDTH for line in composed.text.splitlines() if "https://" not in line)
    in_text = re.findall(r"https://\S+", composed.text)
    assert set(in_text) == set(Seen(composed.html).links)
    assert all(line.strip() in in_text for line in composed.text.splitlines() if "https://" in line)


@pytest.mark.parametrize("letter", TO_TUTORS)
def test_tutors_read_nothing_of_scores_and_rules(letter: Letter) -> None:
    composed = sample(letter)
    words = f"{letter} {composed.subject} {composed.text} {Seen(composed.html).words}"
    assert NEVER.findall(words.replace("Content-Type", "")) == []


@pytest.mark.parametrize("letter", LETTERS)
def test_letters_load_nothing_from_elsewhere(letter: Letter) -> None:
    composed = sample(letter)
    assert not {"img", "script", "link", "iframe", "object"} & set(Seen(composed.html).tags)
    assert "@import" not in composed.html
    assert "url(" not in composed.html
    assert 'name="color-scheme"' in composed.html


def test_times_are_the_readers_own_across_a_change_of_the_clocks() -> None:
    london, denver = (
        sample(Letter.COACHING_TIMES),
        sample(Letter.COACHING_TIMES, replace(KNOWN, zone="America/Denver")),
    )
    assert re.findall(r"^- (.*)$", london.text, re.MULTILINE) == [
        "Friday 27 March, 10:00",
        "Monday 30 March, 15:00",
        "Monday 30 March, 18:00",
    ]
    assert re.findall(r"^- (.*)$", denver.text, re.MULTILINE) == [
        "Friday 27 March, 04:00",
        "Monday 30 March, 08:00",
        "Monday 30 March, 11:00",
    ]
    assert "America/Denver" in denver.text
    assert "America/Denver" in denver.html


def test_an_instant_near_midnight_falls_on_the_readers_day() -> None:
    at = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert day_and_time(at, zone=ZoneInfo("Europe/London")) == "Monday 23 November, 23:30"
    assert day_and_time(at, zone=ZoneInfo("Asia/Tokyo")) == "Tuesday 24 November, 08:30"


@given(st.text())
def test_a_first_name_is_one_printable_word(name: str) -> None:
    first = first_name_of(name)
    assert len(first.split()) <= 1
    assert first.isprintable()


def test_a_letter_to_several_greets_nobody_by_name() -> None:
    assert sample(Letter.RULE_DECLINED).text.startswith("Hello,\n")
