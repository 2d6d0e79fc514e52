"""Programmes of the specification that no workflow carries yet: their rules stand in shadow.

A rule of one is judged and recorded and starts nothing, and the loader refuses it as active. Whoever builds
one moves its traits to an entry of its own (docs/architecture.md, Adding a programme).
"""

from retention.programmes.entry import ProgrammeTraits
from retention.vocabulary import Programme

PLANNED: dict[Programme, ProgrammeTraits] = {
    Programme.FIRST_SESSION_CHECK_IN: ProgrammeTraits(  # PRD 4.1 A3
        name="First-session check-in", needs_people=False, optional_mail=True
    ),
    Programme.IMPROVEMENT_PLAN: ProgrammeTraits(name="Improvement plan"),  # PRD 4.1 H3
    Programme.MENTORSHIP: ProgrammeTraits(name="Mentorship", may_wait=True),  # PRD 4.1 H2
    Programme.PREPARATION_REMINDER: ProgrammeTraits(  # PRD ML model 2, "consider sending prep reminder"
        name="Preparation reminder", needs_people=False, optional_mail=True
    ),
    Programme.RECOGNITION: ProgrammeTraits(name="Recognition", may_wait=True),  # PRD 4.1 H5
    Programme.RESCHEDULING_HELP: ProgrammeTraits(  # PRD 4.1 A4
        name="Rescheduling help", needs_people=False, optional_mail=True
    ),
    Programme.RETENTION_INTERVIEW: ProgrammeTraits(  # PRD 4.1 H4
        name="Retention interview", may_wait=True
    ),
    Programme.TRAINING: ProgrammeTraits(  # PRD 4.1 A2
        name="Training", needs_people=False, optional_mail=True
    ),
}
