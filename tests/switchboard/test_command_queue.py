"""The order in which commands leave: per target in line, and each held by one deliverer."""

from datetime import UTC, datetime, timedelta

import pytest

from retention.records import command_queue, commands
from retention.records.commands import NewCommand
from retention.records.database import Session
from retention.vocabulary import CommandKind, CommandState

LEASE = timedelta(seconds=8)


def a_command(target: str, name: str = "claim") -> NewCommand:
    return NewCommand(target=target, kind=CommandKind.UPDATE, name=name, payload={}, actor="7")


def taken(session: Session, *, after: timedelta = timedelta(seconds=1), most: int = 10) -> list[str]:
    at = datetime.now(UTC) + after
    return [
        f"{command.target}:{command.name}"
        for command in command_queue.take(session, at=at, held_until=at + LEASE, most=most)
    ]


def test_only_the_head_of_a_target_may_leave(session: Session) -> None:
    commands.put(session, [a_command("a", "claim"), a_command("a", "complete"), a_command("b", "claim")])
    assert sorted(taken(session)) == ["a:claim", "b:claim"]
    assert taken(session) == [], "both heads are held, and what stands behind one waits"


def test_a_settled_head_lets_the_next_go(session: Session) -> None:
    commands.put(session, [a_command("a", "claim"), a_command("a", "complete")])
    at = datetime.now(UTC) + timedelta(seconds=1)
    [head] = command_queue.take(session, at=at, held_until=at + LEASE, most=10)
    command_queue.settle(session, head, CommandState.REFUSED, answer={"message": "no"}, at=at)
    assert taken(session) == ["a:complete"]
    known = commands.find(session, head.id)
    assert known is not None
    assert (known.state, known.answer) == ("refused", {"message": "no"})


def test_what_a_killed_relay_held_comes_back_after_its_lease(session: Session) -> None:
    commands.put(session, [a_command("a")])
    assert taken(session) == ["a:claim"]
    assert taken(session, after=LEASE) == []
    assert taken(session, after=LEASE + timedelta(seconds=2)) == ["a:claim"]


def test_the_first_answer_counts(session: Session) -> None:
    commands.put(session, [a_command("a")])
    at = datetime.now(UTC) + timedelta(seconds=1)
    [held] = command_queue.take(session, at=at, held_until=at, most=1)
    command_queue.settle(session, held, CommandState.APPLIED, answer={"version": 2}, at=at)
    command_queue.settle(session, held, CommandState.DEAD, answer={}, at=at)
    command_queue.try_again(session, held, at=at)
    session.expire_all()
    known = commands.find(session, held.id)
    assert known is not None
    assert (known.state, known.answer) == ("applied", {"version": 2})


def test_a_command_that_is_put_twice_is_one(session: Session) -> None:
    command = a_command("a")
    commands.put(session, [command])
    commands.put(session, [command])
    assert taken(session) == ["a:claim"]


@pytest.mark.parametrize("waiting", [0, 3])
def test_the_queue_says_how_much_waits(session: Session, waiting: int) -> None:
    commands.put(session, [a_command(f"t{number}") for number in range(waiting)])
    health = command_queue.health(session)
    assert health.pending == waiting
    assert (health.oldest is None) == (waiting == 0)
