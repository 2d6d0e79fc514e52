"""The f-string pages must hold what they are compared for, or the ratio flatters us."""

from datetime import timedelta

from bench import bare_pages
from bench.bed import NOW

TASK = {
    "task_id": "t1",
    "tutor_name": "<Grace>",
    "kind": "first_session_review",
    "band": "low",
    "score": 7,
    "reason": "Rated 2 & late",
    "due_at": NOW + timedelta(hours=3),
}
STORY = {
    "name": "Grace",
    "number": 7,
    "band": "low",
    "scores": [{"day": "2025-11-06", "score": 1}] * 2,
    "metrics": [
        {"day": f"2025-11-0{day}", **dict.fromkeys((*bare_pages.LINES, *bare_pages.SPARKS), float(day))}
        for day in (5, 6)
    ],
}
HAPPENING = {"word": "completed", "title": "Mathematics", "number": 1, "note": "12 min late", "at": NOW}


def test_a_bare_inbox_escapes_names_and_has_the_size_that_it_is_told() -> None:
    page = bare_pages.inbox([TASK], size=5_000)
    assert "&lt;Grace&gt;" in page
    assert "Rated 2 &amp; late" in page
    assert "Due in 3 h" in page
    assert len(page) == 5_000


def test_a_bare_tutors_page_draws_every_line_and_says_what_happened() -> None:
    page = bare_pages.tutor(STORY, [HAPPENING], size=20_000)
    assert page.count('class="series"') == 1 + len(bare_pages.LINES) + len(bare_pages.SPARKS)
    assert "12 min late" in page
    assert len(page) == 20_000
