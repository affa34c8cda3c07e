"""Ports that connectors with a protocol of their own may reach from a runner, as `TestPorts.swift` has them."""
import random
import socket

FIRST, LAST = 20_000, 20_239


def take():
    """A socket of the loopback that is bound to one of them."""
    for port in random.sample(range(FIRST, LAST + 1), LAST - FIRST + 1):
        taken = socket.socket()
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", port))
            return taken
        except OSError:
            taken.close()
    raise OSError("no port is free")


def free():
    """The number of one that nobody had a moment ago."""
    with take() as taken:
        return taken.getsockname()[1]
