"""A rule is changed by its form: the answers become a draft, or are said to need another look."""

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from retention.errors import Refusal
from retention.records import audit, rulebook_drafts
from retention.records.database import Session, transaction
from retention.records.rulebook import RulebookVersion
from retention.vocabulary import RulebookStatus
from rules.edited import edited, expecting_anew, failing_tests
from rules.edits import Place, editables, place_of
from rules.fields import registry
from rules.loader import BookRefused, digest_of
from web.access import CurrentViewer, Posted, admitted
from web.people_ops.rule import chosen_version, rule_in, show_rule
from web.people_ops.rule_form import EXPECT, NOTE, RuleForm, mistakes_in
from web.people_ops.rulebook_reading import OPEN_DRAFTS, RULES, VERSIONS, book_of
from web.viewer import Viewer

router = APIRouter(prefix=RULES, include_in_schema=False, dependencies=[Depends(admitted)])
Texts = Mapping[str, str]


@router.post("/{rule_id}")
def change(request: Request, viewer: CurrentViewer, rule_id: str, form: Posted) -> Response:
    """Make a draft of what was typed."""
    typed = {name: value.strip() for name, value in form.items()}
    number = typed.pop("version", "")
    with transaction() as session:
        chosen, reading = chosen_version(session, int(number) if number.isdecimal() else 0)
        rule_in(reading, rule_id, chosen.version)
    place = place_of(reading.texts, rule_id)
    assert place is not None
    if chosen.status == RulebookStatus.RETIRED:
        return _on_the_newest(request, viewer, chosen, place=place, typed=typed)
    if chosen.status == RulebookStatus.DISCARDED:
        raise Refusal(f"Version {chosen.version} was discarded.", instead="Change the version in force.")
    answers = _answered(reading.texts, place, typed)
    if isinstance(answers, RuleForm):
        return show_rule(request, viewer, rule_id, chosen.version, form=answers)
    draft = _kept(viewer, chosen, answers, typed[NOTE])
    return RedirectResponse(f"{VERSIONS}/{draft}", status_code=303)


def _on_the_newest(
    request: Request, viewer: Viewer, old: RulebookVersion, *, place: Place, typed: Mapping[str, str]
) -> Response:
    """Somebody published meanwhile: the form of what is in force now, with what this person has changed."""
    written = {one.name: one.value for one in editables(place, registry())}
    own = {name: value for name, value in typed.items() if value != written.get(name)}
    said = (
        f"Version {old.version} is not in force any more: somebody has published another one meanwhile.",
        "Your answers stand in the form of the one in force now. Look at them, and send it again.",
    )
    return show_rule(request, viewer, str(place.tree["id"]), 0, form=RuleForm(own, refused=said))


def _answered(texts: Texts, place: Place, typed: Mapping[str, str]) -> dict[str, str] | RuleForm:
    """The files with the answers in them; or the form again, with what needs another look."""
    fields, rule_id = registry(), str(place.tree["id"])
    if wrong := mistakes_in(typed, place, fields):
        return RuleForm(typed, mistakes=wrong)
    changed = edited(texts, place, typed, fields)
    if changed == texts:
        return RuleForm(typed, refused=("Nothing is changed: every answer is what is written already.",))
    try:
        book = book_of(changed)
        failing = failing_tests(book, rule_id)
        if not failing:
            return changed
        if typed.get(EXPECT) != "true":
            return RuleForm(typed, failing=failing)
        moved = place_of(changed, rule_id)
        assert moved is not None
        anew = expecting_anew(book, changed, moved)
        failing = failing_tests(book_of(anew), rule_id)
    except BookRefused as refused:
        return RuleForm(typed, refused=[fault.what for fault in refused.faults])
    return RuleForm(typed, failing=failing, stuck=True) if failing else anew


def _kept(viewer: Viewer, chosen: RulebookVersion, texts: Texts, note: str) -> int:
    """The number of the draft; one of the same person from which it was made is given up for it."""
    from_draft = RulebookStatus(chosen.status) in OPEN_DRAFTS
    with transaction() as session:
        number = rulebook_drafts.keep_draft(
            session,
            texts,
            digest=digest_of(texts),
            author=viewer.actor,
            at=viewer.clock.now(),
            note=f"{chosen.note} {note}" if from_draft else note,
            parent=chosen.parent if from_draft else chosen.version,
        )
        if from_draft and chosen.author == viewer.actor and number != chosen.version:
            rulebook_drafts.discard(session, chosen.version)
        _noted(session, viewer, number, note)
    return number


def _noted(session: Session, viewer: Viewer, number: int, note: str) -> None:
    audit.note(session, "rulebook.draft", actor=viewer.actor, subject=f"rulebook/{number}", note=note)
