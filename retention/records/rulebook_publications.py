"""Which version of the rulebook is judged by, who decided so, and who has agreed to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, exists, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from retention.errors import Conflict, Refusal
from retention.records import rulebook, rulebook_approvals, rulebook_drafts
from retention.records.announcements import announce
from retention.records.database import Base, Counter, Document, Moment, Session
from retention.records.rulebook import RulebookVersion, Standing
from retention.vocabulary import RulebookAct, RulebookStatus

Changes = Mapping[str, str]  # rule id -> what differs, in words

PUBLISH_LOCK = 7_303  # advisory: two publishers come one after the other


class PublicationLine(Base):
    """One change of the version that is judged by. Append-only: a trigger refuses change and removal."""

    __tablename__ = "rulebook_publications"
    __table_args__ = (
        CheckConstraint("act IN ('seed', 'publish', 'roll_back')", name="act"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("(act = 'seed') = (from_version IS NULL)", name="comes_from_somewhere"),
        Index("ix_rulebook_publications_to", "to_version", "id"),
    )

    id: Mapped[Counter]
    act: Mapped[str]
    actor: Mapped[str]  # as in `audit`
    reason: Mapped[str]
    at: Mapped[Moment]  # business time
    from_version: Mapped[int | None] = mapped_column(ForeignKey("rulebook_versions.version"))
    to_version: Mapped[int] = mapped_column(ForeignKey("rulebook_versions.version"))
    changes: Mapped[Document]  # rule id (empty: the head of the book) -> what differs from before, in words


def seed(session: Session, files: dict[str, str], *, digest: str, author: str, at: datetime) -> Standing:
    """The first version, published as it is, unless there is one; what is judged by."""
    _one_after_the_other(session)
    known = rulebook.standing(session)
    if known is not None:
        return known
    reason = "The first book."
    number = rulebook_drafts.keep_draft(session, files, digest=digest, author=author, at=at, note=reason)
    _serve(session, number, instead_of=None)
    _note(session, _Step(RulebookAct.SEED, None, number, {}), actor=author, reason=reason, at=at)
    return Standing(number, digest)


def publications(session: Session, *, limit: int = 100) -> Sequence[PublicationLine]:
    """Every change of the version that is judged by, the newest first."""
    return session.scalars(select(PublicationLine).order_by(PublicationLine.id.desc()).limit(limit)).all()


def last_change(session: Session, rule_id: str) -> PublicationLine | None:
    """The newest publication that changed a rule; None: it is as the first book had it."""
    touched = PublicationLine.changes.has_key(rule_id)
    wanted = select(PublicationLine).where(touched).order_by(PublicationLine.id.desc()).limit(1)
    return session.scalar(wanted)


def changes_of(session: Session, rule_id: str, *, limit: int = 30) -> Sequence[PublicationLine]:
    """Every publication that changed a rule, the newest first, and the first book last."""
    touched = PublicationLine.changes.has_key(rule_id) | (PublicationLine.act == RulebookAct.SEED)
    wanted = select(PublicationLine).where(touched).order_by(PublicationLine.id.desc()).limit(limit)
    return session.scalars(wanted).all()


def approve(session: Session, number: int, *, actor: str, note: str, at: datetime) -> None:
    """Agree to a draft that somebody else has written. Repeatable. Raises NotFound, Refusal."""
    draft = rulebook.version(session, number)
    if draft.author == actor:
        raise Refusal("A draft is approved by somebody who has not written it.", instead="Ask a colleague.")
    if draft.status not in {RulebookStatus.DRAFT, RulebookStatus.SHADOW}:
        raise Refusal(f"Version {number} is {draft.status}.", instead="Approve a draft.")
    _must_have_passed(draft, grammar=None)
    rulebook_approvals.agree(session, number, None, actor=actor, note=note, at=at)


def approve_roll_back(session: Session, number: int, *, actor: str, note: str, at: datetime) -> None:
    """Agree that the published version gives way to this earlier one. Repeatable. Raises as `roll_back`."""
    before = held(session)
    _must_have_served(session, number, before=before)
    rulebook_approvals.agree(session, number, in_force(session), actor=actor, note=note, at=at)


def publish(
    session: Session,
    number: int,
    *,
    actor: str,
    reason: str,
    at: datetime,
    grammar: str,
    needs_approval: bool,
    changes: Changes,
    despite: bool = False,
) -> None:
    """Judge by this version from the next batch on. Repeatable: the published one stays as it is.

    `grammar` is that of this release (`rules.trial.grammar`): a trial by another says nothing of today.
    `changes`: what differs from the published version, rule by rule in words (`rules.diff`).
    `despite`: although a version was published after this draft was begun, whose changes it takes back.
    Raises NotFound, Refusal, Conflict.
    """
    before = held(session)
    chosen = rulebook.version(session, number)
    if chosen.version == before:
        return
    _must_be_fit(session, chosen, grammar=grammar, approved_for=actor if needs_approval else None)
    if chosen.parent != before and not despite:
        said = f"Version {before} was published after version {number} was begun, and would be taken back."
        raise Conflict(said, instead="Begin again from the published version, or publish it despite that.")
    _serve(session, number, instead_of=before)
    step = _Step(RulebookAct.PUBLISH, before, number, changes)
    _note(session, step, actor=actor, reason=reason, at=at)


def before_published(session: Session) -> int | None:
    """The version that the published one replaced; None for the first, and after a roll-back."""
    newest = publications(session, limit=1)
    return newest[0].from_version if newest and newest[0].act == RulebookAct.PUBLISH else None


def roll_back(
    session: Session,
    *,
    actor: str,
    reason: str,
    at: datetime,
    grammar: str,
    needs_approval: bool,
    changes: Changes,
    to: int | None = None,
    leaving: int | None = None,
) -> int:
    """Judge again by the version before, or by an earlier one; returns its number.

    `leaving`: the version that is to be taken back, where the caller has looked at it: Conflict when another
    one was published meanwhile. Raises NotFound, and Refusal when there is no version before, it was never
    judged by, this release cannot read it, or a second person has to agree first.
    """
    before = _still_held(session, leaving)
    number = before_published(session) if to is None else to
    if number is None:
        raise Refusal("There is no version before this one.", instead="Name one, or publish another.")
    _must_have_passed(_must_have_served(session, number, before=before), grammar=grammar)
    if needs_approval:
        rulebook_approvals.must_be_agreed_to(session, number, takes_back=in_force(session), actor=actor)
    _serve(session, number, instead_of=before)
    step = _Step(RulebookAct.ROLL_BACK, before, number, changes)
    _note(session, step, actor=actor, reason=reason, at=at)
    return number


def _still_held(session: Session, leaving: int | None) -> int:
    before = held(session)
    if leaving is not None and leaving != before:
        said = f"Version {before} was published meanwhile, and would be taken back as well."
        raise Conflict(said, instead="Look at it, and decide again.")
    return before


def _must_have_served(session: Session, number: int, *, before: int) -> RulebookVersion:
    chosen = rulebook.version(session, number)
    if chosen.version == before:
        raise Refusal(f"Version {number} is judged by already.")
    served = select(exists().where(PublicationLine.to_version == number))
    if not session.scalar(served):
        raise Refusal(f"Version {number} was never judged by.", instead="Publish it instead.")
    return chosen


def in_force(session: Session) -> int:
    """The number of the publication that put the published version in force."""
    return publications(session, limit=1)[0].id


def held(session: Session) -> int:
    """The published version, with all other publishers kept waiting. Raises Refusal: there is none yet."""
    _one_after_the_other(session)
    known = rulebook.standing(session)
    if known is None:
        raise Refusal(
            "No version is judged by yet.", instead="Start the rules worker once: it keeps the first."
        )
    return known.version


def _one_after_the_other(session: Session) -> None:
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": PUBLISH_LOCK})


def _must_be_fit(
    session: Session, chosen: RulebookVersion, *, grammar: str, approved_for: str | None
) -> None:
    number = chosen.version
    if chosen.status == RulebookStatus.RETIRED:
        raise Refusal(f"Version {number} was judged by before.", instead="Roll back to it.")
    if chosen.status == RulebookStatus.DISCARDED:
        raise Refusal(f"Version {number} was discarded.", instead="Make a new draft.")
    _must_have_passed(chosen, grammar=grammar)
    if approved_for is not None:
        rulebook_approvals.must_be_approved(session, chosen, publisher=approved_for)


def _must_have_passed(chosen: RulebookVersion, *, grammar: str | None) -> None:
    number, trial = chosen.version, chosen.trial
    if trial is None or (grammar is not None and trial["grammar"] != grammar):
        raise Refusal(f"Version {number} has not been checked by this release.", instead="Check it first.")
    if not trial["passed"]:
        raise Refusal(f"Version {number} did not pass its check.", instead="Mend what the check names.")


def _serve(session: Session, number: int, *, instead_of: int | None) -> None:
    rows = update(RulebookVersion)
    if instead_of is not None:  # first, for there is never more than one
        retired = rows.where(RulebookVersion.version == instead_of)
        session.execute(retired.values(status=RulebookStatus.RETIRED))
    serving = rows.where(RulebookVersion.version == number)
    session.execute(serving.values(status=RulebookStatus.PUBLISHED, shadow_since=None, fault=""))
    announce(session, rulebook.TOPIC, [number])


@dataclass(frozen=True)
class _Step:
    """From which version to which."""

    act: RulebookAct
    before: int | None
    after: int
    changes: Changes


def _note(session: Session, step: _Step, *, actor: str, reason: str, at: datetime) -> None:
    session.add(
        PublicationLine(
            act=step.act,
            actor=actor,
            reason=reason,
            at=at,
            from_version=step.before,
            to_version=step.after,
            changes=dict(step.changes),
        )
    )
    session.flush()
