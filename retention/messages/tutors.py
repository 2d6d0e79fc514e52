"""What happens to a tutor and concerns every open case: leaving, going on leave, coming back."""

from pydantic import AwareDatetime, BaseModel

from retention.vocabulary import ChurnReason


class TutorLeft(BaseModel):
    """Signal to every open case: the tutor is gone; timers and mail stop (programmes guide 4.0)."""

    command_id: str
    at: AwareDatetime
    reason: ChurnReason


class LeaveStarted(BaseModel):
    """Signal: the clocks that wait for the tutor stand still from here on."""

    command_id: str
    at: AwareDatetime
    leave_id: str = ""  # the record that told of it; tells leaves apart that become known out of order
    until: AwareDatetime | None = None  # planned; None: open


class LeaveEnded(BaseModel):
    """Signal: the tutor is back; the clocks go on at `clocks_resume_at`, after the ramp-up."""

    command_id: str
    at: AwareDatetime
    leave_id: str = ""
    clocks_resume_at: AwareDatetime
