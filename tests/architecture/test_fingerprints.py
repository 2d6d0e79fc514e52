"""A change of what a running case asks of Temporal is seen when it is made, not when a case breaks."""

from pathlib import Path

import pytest

from tests.architecture import fingerprints

ADVICE = (
    "This module now asks other things of Temporal than cases that are under way were told. Guard the change "
    "with carrier.changed(...) (workflow.patched), see that tests/histories still replay, then write the "
    "lists anew: python -m tests.architecture.fingerprints"
)
STORY = """
class Story:
    async def told(self):
        task = await self.work.open_task()
        await self._remind(task)
        if await self.work.wait_until(task.over, None, "Waiting"):
            await self.work.send(self.letter())
        return await self.work.close(self.outcome)
"""


@pytest.mark.parametrize("path", fingerprints.modules(), ids=lambda path: path.stem)
def test_a_story_asks_what_it_asked_before(path: Path) -> None:
    assert fingerprints.fingerprint(path.read_text(encoding="utf-8")) == fingerprints.kept(path), ADVICE


def test_no_list_is_kept_of_a_module_that_is_gone() -> None:
    known = {path.stem for path in fingerprints.modules()}
    assert {path.stem for path in fingerprints.KEPT.glob("*.json")} == known


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("await self.work.send(self.letter())", "pass"),
        ("await self._remind(task)", "pass"),
        ("open_task()", "open_task(Kind.ANOTHER)"),
        ("if await", "while await"),
        ("            await self.work.send(self.letter())", "        await self.work.send(self.letter())"),
    ],
    ids=["a command less", "a chapter less", "another task", "again and again", "in any case"],
)
def test_a_changed_command_changes_the_list(before: str, after: str) -> None:
    changed = STORY.replace(before, after)
    if after.startswith("        await"):
        changed = changed.replace('"Waiting"):\n', '"Waiting"):\n            pass\n')
    assert changed != STORY
    assert fingerprints.fingerprint(changed) != fingerprints.fingerprint(STORY)


def test_other_words_change_nothing() -> None:
    reworded = STORY.replace('"Waiting"', '"Waiting for the tutor"').replace("self.outcome", "self.end")
    assert fingerprints.fingerprint(reworded) == fingerprints.fingerprint(STORY)
