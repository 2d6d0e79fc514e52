"""Finding doors on the loopback address that nobody uses yet."""

import socket

LOOPBACK = "127.0.0.1"


def free_port(preferred: int = 0, *, avoiding: frozenset[int] = frozenset()) -> int:
    """`preferred` or the next one that is free; any free port for 0."""
    if preferred == 0:
        with socket.socket() as door:
            door.bind((LOOPBACK, 0))
            return int(door.getsockname()[1])
    for port in range(preferred, min(preferred + 500, 65536)):
        if port not in avoiding and is_free(port):
            return port
    return free_port()


def is_free(port: int) -> bool:
    """Whether nobody listens on this port of the loopback address or of all addresses."""
    with socket.socket() as door:
        # As the servers do: a port whose last connections are still fading away counts as free.
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def answers(port: int) -> bool:
    """Whether somebody accepts connections there."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=0.5):
            return True
    except OSError:
        return False
