"""The forms by which a person decides about a model."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from retention.vocabulary import Promotion

ABOUT_A_CHALLENGER = [str(Promotion.PROMOTE), str(Promotion.REJECT)]
Words = Annotated[str, StringConstraints(strip_whitespace=True)]


class DecisionForm(BaseModel):
    """Promotes or rejects the waiting challenger."""

    decision: Promotion = Field(
        title="What shall become of this model?", json_schema_extra={"only": [*ABOUT_A_CHALLENGER]}
    )
    reason: Words = Field(title="Why?", description="It is kept for good.", min_length=3, max_length=300)
    despite: bool = Field(title="Promote it although a condition is not met", default=False)


class RollBackForm(BaseModel):
    """Lets the champion before serve again."""

    why: Words = Field(title="Why?", description="It is kept for good.", min_length=3, max_length=300)


def mistakes(form: DecisionForm) -> dict[str, str]:
    """What the model cannot tell: a decision that is not offered."""
    if str(form.decision) not in ABOUT_A_CHALLENGER:
        return {"decision": "Please choose one of the answers."}
    return {}
