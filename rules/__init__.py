"""The rulebook: declarative policy in, explained decisions out. Pure: no database, no Temporal, no clock.

How an activity judges (one call for each tutor; nothing here is async, one call takes well under 1 ms)::

    from rules.loader import load_book
    from rules.engine import DurableEngine          # loads the C module: in the rules worker only
    from rules.reference import PlainEngine         # the same answers in Python: fallback, web, tests
    from rules.judge import judge
    from rules.situation import Judgement, Moment, OpenCase, Situation
    from rules.state import RuleState

    book = load_book()                              # a Book; BookRefused lists every fault
    matcher = DurableEngine(book.conditions)        # or PlainEngine(...): second attempts, settings
    judgement = judge(book, Situation(
        tutor_number=12,
        as_of=as_of,                                # business time, from the workflow
        facts={"noshows_7d": 2, "on_leave": False}, # as in rules/fields.yaml; unknown: leave out
        moments=(Moment(trigger=Trigger.HOURLY),    # session moments bring session_id and their own facts
                 Moment(trigger=Trigger.FEEDBACK_RECEIVED, session_id="S-1",
                        facts={"is_first_session": True, "rating": 2})),
        states={"ALERT.no-shows": RuleState(...)},  # as stored, those of retired rules too
        open_cases=(OpenCase(case_id="alert_check/12/1", programme=Programme.ALERT_CHECK),),
        last_acted={Programme.COACHING: held_at},   # when a call was held, a tip was sent
        vetoes={Programme.COACHING_TIP: until},     # in force
        optional_mails=1,                           # of the mail budget, in its window
    ), matcher=matcher)

`Judgement.decisions` are stored as they are (`model_dump(mode="json")`); a FIRE of an
ACTIVE rule starts `case_id`, a RESOLVE or ESCALATE signals it if it is still open, a SUPPRESSED says why
nothing happened (`reason`, `sentence`) and, when folded into an open case or told to it, names it (`into`).
A firing whose programme has a holdout has an `arm`, also when it is left out by lot (`holdout`): that is an
episode like any other, without a case. A decision of a SHADOW rule (`status`) is stored and starts nothing.
`Judgement.states` holds only the states that changed: store them in the same transaction, keyed by tutor and
rule. `Judgement.sheets` maps each decision's `facts_digest` to the facts it saw. `Judgement.disagreements`
(engine against reference) and `.strange` (facts of a wrong type or range, taken as unknown) are to be logged
and counted.

Why and why-not, without the C module: `rules.reference.explain(rule.when, sheet, book.fields)`.
"""
