"""Taken ports are passed over."""

import socket

from local import ports


def test_a_port_that_is_taken_is_passed_over_for_the_next() -> None:
    with socket.create_server((ports.LOOPBACK, 0)) as door:
        taken = int(door.getsockname()[1])
        assert not ports.is_free(taken)
        assert ports.answers(taken)
        assert ports.free_port(taken) > taken


def test_a_port_meant_for_another_part_is_passed_over() -> None:
    free = ports.free_port()
    assert ports.free_port(free) == free
    assert ports.free_port(free, avoiding=frozenset({free})) > free


def test_nobody_answers_on_a_free_port() -> None:
    assert not ports.answers(ports.free_port())
