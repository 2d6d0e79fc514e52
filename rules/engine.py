"""The only door to durable-rules' C module: facts in, the set of conditions that hold out.

Load it in the rules worker alone. A crash of the C module ends the process that loaded it.
"""

import itertools
import platform
import threading
from collections.abc import Mapping

from rules.compile import Compiled, Shard, compile_conditions, encoded
from rules.conditions import Condition, ConditionKey
from rules.fields import Sheet

try:
    import durable_rules_engine
except ImportError:  # tried in a child process
    durable_rules_engine = None

MISSING = (
    f"The rules engine needs Python 3.11 or 3.12, and this is {platform.python_version()}: "
    "durable-rules cannot be loaded here. Start the worker with a supported Python, "
    "or set RULES_ENGINE=python to judge with the reference evaluator."
)
MATCHED, UNMATCHED = 0, 1  # answers of assert_fact; 2 would be a fact left behind
FACT = '{"id":"f"}'  # one constant id: the engine compares ids by hash only
LOCK = threading.Lock()  # the module loses most firings when two threads use it at once
SERIAL = itertools.count(1)  # a ruleset's name may never be used twice in a process


def must_be_there() -> None:
    """Raises ImportError, with what to do, where the C module cannot be loaded."""
    if durable_rules_engine is None:
        raise ImportError(MISSING)


class EngineFault(RuntimeError):  # noqa: N818 (named as the fact it states)
    """The C module answered what it should never answer; the reference evaluator takes over."""


class DurableEngine:
    """Conditions (`book.conditions`) inside the engine. Build it after a fork; close it when done.

    Raises ImportError, with what to do, where the C module cannot be loaded.
    """

    name = "durable"

    def __init__(self, conditions: Mapping[ConditionKey, Condition]) -> None:
        must_be_there()
        self._shards = hosted(compile_conditions(conditions))
        self._closed = False

    def matches(self, sheet: Sheet) -> frozenset[ConditionKey]:
        """The conditions that hold for one clean sheet; an absent fact makes no comparison true."""
        with LOCK:
            if self._closed:
                raise EngineFault("this book was closed")
            try:
                return frozenset(key for shard in self._shards for key in shard.matches(sheet))
            except durable_rules_engine.error as fault:
                raise EngineFault(f"durable-rules error {fault}") from fault

    def close(self) -> None:
        """Give the engine's memory back (about 400 KiB a book stays lost: recycle after 200 reloads)."""
        with LOCK:
            for shard in self._shards if not self._closed else []:
                durable_rules_engine.delete_ruleset(shard.handle)
            self._closed = True


class LateEngine:
    """An engine that is built when it is first asked, so that no process dies of a book by starting.

    Raises ImportError as the engine does.
    """

    name = DurableEngine.name

    def __init__(self, conditions: Mapping[ConditionKey, Condition]) -> None:
        must_be_there()
        self._conditions = conditions
        self._engine: DurableEngine | None = None

    def built(self) -> DurableEngine:
        """The engine. Raises EngineFault."""
        if self._engine is None:
            self._engine = DurableEngine(self._conditions)
        return self._engine

    def matches(self, sheet: Sheet) -> frozenset[ConditionKey]:
        """As the engine's."""
        return self.built().matches(sheet)

    def close(self) -> None:
        """As the engine's, if there is one."""
        if self._engine is not None:
            self._engine.close()


class HostedShard:
    """One ruleset inside the engine."""

    def __init__(self, shard: Shard, names: dict[str, str]) -> None:
        self._keys = shard.keys
        self._names = names
        self.handle = durable_rules_engine.create_ruleset(f"book{next(SERIAL)}", shard.text)

    def matches(self, sheet: Sheet) -> set[ConditionKey]:
        """Assert the facts, collect every entry that fires, and leave nothing behind."""
        known = [f'"{name}":{encoded(sheet[field])}' for field, name in self._names.items() if field in sheet]
        if not known:
            return set()
        answer, state = durable_rules_engine.assert_fact(self.handle, '{"id":"f",' + ",".join(known) + "}")
        if answer == UNMATCHED:  # the engine has kept nothing
            return set()
        try:
            if answer != MATCHED:
                raise EngineFault(f"assert_fact answered {answer}")
            return self._fired(state)
        finally:
            durable_rules_engine.retract_fact(self.handle, FACT)

    def _fired(self, state: int) -> set[ConditionKey]:
        started = durable_rules_engine.start_action_for_state(self.handle, state)
        message = started[1] if started else None
        fired: set[ConditionKey] = set()
        for _ in range(len(self._keys) + 1):
            if not message:
                return fired
            fired.add(self._keys[_entry_of(message)])
            message = durable_rules_engine.complete_and_start_action(self.handle, state)
        raise EngineFault("more firings than there are entries")


def _entry_of(message: str) -> str:
    """The entry that a message tells of, its first key: {"e7":{…}}. Names of entries need no escaping.

    Reading the rest, which repeats the facts, would take a third of the time of a match.
    """
    return message.split('"', 2)[1]


def hosted(compiled: Compiled) -> list[HostedShard]:
    """Put every shard into the engine; each is asked only about the fields it uses."""
    with LOCK:
        return [
            HostedShard(
                shard, {field: name for field, name in compiled.names.items() if field in shard.fields}
            )
            for shard in compiled.shards
        ]
