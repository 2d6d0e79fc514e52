"""What a letter is told: the keys of `LetterWish.about`, one model a letter, and nothing else.

Each letter's model stands with its programme (`retention/programmes`). Whoever writes a story fills in the
model and sends `about()`.
"""

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, StringConstraints

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,80}$")]


class Content(BaseModel):
    """What one kind of letter needs to be told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    asks: ClassVar[bool] = False  # it has a question, and so an answer link
    may_ask: ClassVar[bool] = False
    invites: ClassVar[bool] = False  # a calendar entry travels with it
    may_invite: ClassVar[bool] = False
    # Whether one copy too many does no harm. Else, when nobody can say whether it went out, it is not sent
    # again: a person looks (docs/decisions/0013).
    twice_is_harmless: ClassVar[bool] = True

    def about(self) -> dict[str, str | int | float | list[str] | None]:
        """This content as a wish carries it."""
        return self.model_dump(mode="json")
