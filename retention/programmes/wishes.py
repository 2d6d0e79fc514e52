"""Whether a wish fits its letter: refused before anything is composed."""

from pydantic import ValidationError

from retention.errors import Refusal
from retention.messages.letter_contents import Content
from retention.messages.letters import LetterWish
from retention.programmes.registry import LETTERS


def content_of(wish: LetterWish) -> Content:
    """What a wish tells its letter. Raises Refusal when it does not fit the letter."""
    kind = LETTERS[wish.letter].content
    faults = _of_the_wish(wish, kind)
    try:
        content = kind.model_validate(wish.about)
    except ValidationError as wrong:
        faults += [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong.errors()]
        content = None
    if faults or content is None:
        raise Refusal(
            f"The wish for the letter {wish.letter} does not fit it: {'; '.join(faults)}.",
            instead=f"It is told: {', '.join(kind.model_fields)}.",
        )
    return content


def _of_the_wish(wish: LetterWish, kind: type[Content]) -> list[str]:
    given = [wish.tutor_number, wish.account, wish.group]
    faults = {
        "it has not exactly one reader": sum(one is not None for one in given) != 1,
        "it lacks its question": kind.asks and wish.question is None,
        "it asks nothing, so it takes no question": wish.question is not None
        and not (kind.asks or kind.may_ask),
        "it lacks its invitation": kind.invites and wish.invitation is None,
        "it takes no invitation": wish.invitation is not None and not (kind.invites or kind.may_invite),
    }
    return [fault for fault, found in faults.items() if found]
