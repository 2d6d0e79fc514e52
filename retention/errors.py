"""What Mainstay says when it cannot do what was asked."""


class Refusal(Exception):  # noqa: N818 (it is an answer, not a fault of the program)
    """A request that cannot be met: states the fact and the way out.

    The edges translate it: `api` to problem+json, `web` to a page, activities to a
    non-retryable ApplicationError. Anything else that is raised is a bug or an outage.
    """

    kind = "refused"

    def __init__(self, what: str, *, instead: str = "") -> None:
        super().__init__(f"{what} {instead}".strip())
        self.what = what
        self.instead = instead


class NotFound(Refusal):
    """There is no such thing, or not for this person."""

    kind = "not_found"


class Conflict(Refusal):
    """Somebody or something was first: the state has moved on."""

    kind = "conflict"


class Forbidden(Refusal):
    """The person's role does not allow this."""

    kind = "forbidden"


class NotSetUp(Refusal):
    """This installation lacks a setting. Nobody who asks can mend that, so activities try it again."""

    kind = "not_set_up"
