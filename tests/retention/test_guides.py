"""Guides: read from their files, published in versions that stay, and what tutors did with them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select, update

from retention.errors import NotFound, Refusal
from retention.guides.library import GuideText, library
from retention.messages.letters import LetterWish
from retention.records import commands, guides
from retention.records.commands import Command, NewCommand
from retention.records.database import Session
from retention.records.guides import Guide
from retention.records.letters import LetterRecord
from retention.vocabulary import CommandKind, Letter, TipAct
from tests.architecture import source
from tests.factories.questions import SLUG, a_letter, the_guides

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
METRICS = {
    *("first_success_pct", "resched_rate_30d", "noshow_rate_30d"),
    *("engagement", "objectives_pct", "rating_avg_30"),
}


def a_text(slug: str = "a-guide", body: str = "Do this.") -> GuideText:
    return GuideText(
        slug=slug, title="A guide", summary="What to do.", minutes=2, helps=["engagement"], body=body
    )


def active(session: Session) -> dict[str, int]:
    return {guide.slug: guide.version for guide in session.scalars(select(Guide).where(Guide.active))}


def test_every_metric_that_can_drop_has_its_guide() -> None:
    assert {metric for guide in library() for metric in guide.helps} == METRICS


def test_every_metric_that_a_guide_helps_is_a_field_of_the_fact_sheet() -> None:
    fields = yaml.safe_load((source.ROOT / "rules/fields.yaml").read_text())
    assert set(fields["fields"]) >= METRICS


@pytest.mark.parametrize("guide", library(), ids=lambda guide: guide.slug)
def test_a_guide_is_as_long_as_it_says_and_begins_below_its_title(guide: GuideText) -> None:
    assert 60 * guide.minutes < len(guide.body.split()) < 180 * guide.minutes  # unhurried reading
    assert "\n# " not in f"\n{guide.body}"


@pytest.mark.parametrize(
    "text", ["No head at all.", "---\n- a\n---\nx", "---\ntitle: A\n---\nx", "---\n: [\n---\nx"]
)
def test_a_file_that_is_no_guide_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "broken.md").write_text(text)
    with pytest.raises(Refusal, match=r"broken\.md"):
        library(tmp_path)


def test_publishing_again_changes_nothing(session: Session) -> None:
    assert guides.publish(session, [a_text()], at=NOW) == ["a-guide"]
    assert guides.publish(session, [a_text()], at=NOW) == []
    assert active(session) == {"a-guide": 1}


def test_a_changed_text_is_a_new_version_and_the_old_one_stays(session: Session) -> None:
    guides.publish(session, [a_text(), a_text("other")], at=NOW)
    assert guides.publish(session, [a_text(body="Do that."), a_text("other")], at=NOW) == ["a-guide"]
    assert active(session) == {"a-guide": 2, "other": 1}
    assert session.get_one(Guide, ("a-guide", 1)).body == "Do this."
    assert guides.open_guide(session, "a-guide").body == "Do that."


def test_a_guide_that_is_gone_opens_from_old_letters_and_is_named_by_no_new_one(session: Session) -> None:
    guides.publish(session, [a_text()], at=NOW)
    guides.publish(session, [], at=NOW)
    assert guides.open_guide(session, "a-guide").version == 1
    assert guides.lines(session) == []


def test_a_guide_that_comes_back_goes_on_with_its_version(session: Session) -> None:
    guides.publish(session, [a_text()], at=NOW)
    guides.publish(session, [], at=NOW)
    assert guides.publish(session, [a_text()], at=NOW) == []
    assert active(session) == {"a-guide": 1}


def test_an_unknown_guide_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        guides.open_guide(session, "nothing-of-ours")


@pytest.fixture
def tip(session: Session) -> LetterWish:
    """A tip that was sent, with its guide."""
    the_guides(session)
    wish = a_letter(session, question=None, letter=Letter.COACHING_TIP)
    payload = {"tip": SLUG}
    start = NewCommand(
        target=wish.case_id, kind=CommandKind.START, name="CoachingTip", payload=payload, actor="A1"
    )
    commands.put(session, [start])
    sent = {"state": "sent", "sent_at": NOW}
    session.execute(update(LetterRecord).where(LetterRecord.message_key == wish.key).values(sent))
    return wish


def do(session: Session, tip: LetterWish, act: TipAct) -> bool:
    guide = guides.open_guide(session, SLUG)
    return guides.note(session, guide, act, letter_key=tip.key, at=NOW, received_at=NOW)


def test_what_a_tutor_does_counts_once_and_is_told_to_the_tips_case(
    session: Session, tip: LetterWish
) -> None:
    assert do(session, tip, TipAct.READ)
    assert not do(session, tip, TipAct.READ)
    updates = select(Command).where(Command.target == tip.case_id, Command.kind == "update")
    (command,) = session.scalars(updates)
    assert (command.name, command.payload["step"], command.payload["choice"]) == ("answer", "tip", "read")


def test_the_first_verdict_counts(session: Session, tip: LetterWish) -> None:
    assert do(session, tip, TipAct.NOT_HELPFUL)
    assert not do(session, tip, TipAct.HELPFUL)
    assert do(session, tip, TipAct.READ)
    assert guides.acts_of(session, tip.key) == {TipAct.READ, TipAct.NOT_HELPFUL}


def test_each_guide_shows_how_often_it_was_sent_read_and_liked(session: Session, tip: LetterWish) -> None:
    do(session, tip, TipAct.READ)
    do(session, tip, TipAct.HELPFUL)
    counts = {
        line.slug: (line.sent, line.read, line.helpful, line.not_helpful) for line in guides.lines(session)
    }
    assert counts.pop(SLUG) == (1, 1, 1, 0)
    assert set(counts.values()) == {(0, 0, 0, 0)}


def test_an_act_for_no_letter_is_refused(session: Session, tip: LetterWish) -> None:
    with pytest.raises(NotFound):
        do(session, tip.model_copy(update={"key": "no/such/letter"}), TipAct.READ)
