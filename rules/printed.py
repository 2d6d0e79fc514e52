"""The rulebook as a page for people: docs/rulebook.md is printed from the book, never written by hand."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from retention.programmes.registry import TRAITS
from rules import language
from rules.book import Book, Concern, InPlan, Rule, Status
from rules.fields import Field, Fields, expected
from rules.printed_conflicts import conflict_lines
from rules.printed_guards import guard_lines
from rules.printed_rule import rule_lines, segment_lines

HEAD = """# The rulebook

Printed from `rules/book/*.yaml` and `rules/fields.yaml` by `python -m rules docs`; a test keeps it current.

A rule is looked at only at its moments. A fact that is not known makes no comparison true, so a rule never
fires on missing data. While a case is open, the rule does not fire again; it may when the case's cause has
ended and come back. What is held back is recorded with the reason.

What is judged by is the version that was published last. These files give a new installation its first
version; later ones are made on the page *Rules*, or with `python -m rules draft FOLDER` and `publish`. A
folder is looked over with `python -m rules check --book FOLDER` (all mistakes of all files at once, each with
file, line and column) and `python -m rules test --book FOLDER` (the tests that stand beside the rules).
Editors that know the YAML language server complete and check while you write: each file names
`rules/book.schema.json`.
"""
LANGUAGE = """Lengths of time are written 7d, 48h or 30m. A condition is one comparison
(`churn_score: {gt: 50}`; also `lt`, `lte`, `gte`, `eq`, `ne` and `in`), or a list of conditions under `all:`
or `any:`."""
WORDS = (
    ("A rule", language.RULE),
    ("Its `then`", language.THEN),
    ("A row of conflicts", language.CONFLICT),
    ("A file", language.HEAD),
)
ON_TRIAL = "\\*"


def page(book: Book) -> str:
    """The whole page as Markdown."""
    parts = (
        *(HEAD, f"Version {book.version}."),
        *_contents(book),
        *_plans(book),
        *_concerns(book),
        *_segments(book),
        *guard_lines(),
        *conflict_lines(book.conflicts),
        *_language(),
        *_facts(book.fields),
    )
    return "\n".join(parts) + "\n"


def _grouped(book: Book) -> list[tuple[Concern, list[Rule]]]:
    """The rules by the file they stand in, in the order of their ids."""
    by_file = {file: list(rules) for file, rules in groupby(book.rules, _file)}
    groups = [(book.concerns.get(file, Concern(file, "")), rules) for file, rules in by_file.items()]
    return sorted(groups, key=lambda group: min(rule.id for rule in group[1]))


def _file(rule: Rule) -> str:
    return rule.place.partition(":")[0]


def _contents(book: Book) -> Iterator[str]:
    yield f"\n## At a glance\n\nRules with {ON_TRIAL} are on trial: judged and recorded, and start nothing.\n"
    yield "| Concern | Rules |\n| --- | --- |"
    for concern, rules in _grouped(book):
        named = ", ".join(rule.id + _mark([rule]) for rule in sorted(rules, key=lambda it: it.id))
        yield f"| [{concern.title}](#{_anchor(concern.title)}) | {named} |"
    yield f"| [Segments](#segments) | {', '.join(segment.name for segment in book.segments)} |"


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def _mark(rules: Sequence[Rule]) -> str:
    return ON_TRIAL if rules and all(rule.status is Status.SHADOW for rule in rules) else ""


def _plans(book: Book) -> Iterator[str]:
    yield "\n## Risk bands and their plans\n"
    yield "A step that a band's plan does not have is held back at that risk, and recorded (PRD 4.2).\n"
    yield "| Band | Churn score | Plan |\n| --- | --- | --- |"
    low = 0
    for band, high in book.bands.items():
        steps = [_step(book, step) for step in book.plans[next(it for it in book.plans if it == band)]]
        yield f"| {band.capitalize()} | {low}–{high} | {', '.join(steps) or 'nothing'} |"
        low = high + 1
    free = [it for it in sorted(book.rules, key=lambda it: it.id) if it.then and not (it.tells or it.bands)]
    listed = ", ".join(f"{rule.id}{_why_free(book, rule)}" for rule in free)
    yield f"\nNot gated by a plan: {listed or 'none'}; nor are alerts and signals."


def _why_free(book: Book, rule: Rule) -> str:
    if rule.plan is InPlan.IGNORE:
        return " (its own condition is enough)"
    everywhere = all({rule.id, rule.id.split(".")[0]} & set(steps) for steps in book.plans.values())
    return " (every plan has it)" if everywhere else ""


def _step(book: Book, step: str) -> str:
    """H1 coaching: a code with the programmes that its rules start."""
    rules = [it for it in book.rules if step in {it.id, it.id.split(".")[0]} and it.then and not it.tells]
    names = dict.fromkeys(TRAITS[rule.start.programme].name.lower() for rule in rules)
    return f"{step} {' and '.join(names)}{_mark(rules)}".strip()


def _concerns(book: Book) -> Iterator[str]:
    for concern, rules in _grouped(book):
        yield f"\n## {concern.title}"
        if concern.about:
            yield f"\n{concern.about}"
        for rule in sorted(rules, key=lambda it: it.id):
            yield from rule_lines(rule, book.fields)


def _segments(book: Book) -> Iterator[str]:
    if not book.segments:
        return
    concern = book.concerns.get(book.segments[0].place.partition(":")[0])
    yield "\n## Segments"
    if concern is not None:
        yield f"\n{concern.about}"
    for segment in book.segments:
        yield from segment_lines(segment, book.fields)


def _language() -> Iterator[str]:
    yield "\n## How a rule is written\n"
    yield LANGUAGE
    for title, words in WORDS:
        yield f"\n| {title} | |\n| --- | --- |"
        yield from (f"| `{word}` | {said} |" for word, said in words.items())


def _facts(fields: Fields) -> Iterator[str]:
    yield "\n## Facts\n\n| Name | Meaning | Value | Known | Seen by | Source |"
    yield "| --- | --- | --- | --- | --- | --- |"
    yield from (_fact(field) for field in fields.values())


def _fact(field: Field) -> str:
    known = f"while {field.heard} are heard of" if field.heard else "always"
    known = "with a session" if field.scope == "session" else known
    return (
        f"| `{field.name}` | {field.says} | {expected(field)} | {known} | {field.audience} | {field.source} |"
    )
