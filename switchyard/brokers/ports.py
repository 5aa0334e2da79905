"""Free ports on the loopback address, and waiting until somebody listens."""

import asyncio
import socket
import time


def free_port() -> int:
    """A TCP port that was free on 127.0.0.1 a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_taken(port: int) -> bool:
    """True if something listens on 127.0.0.1:port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until_listening(port: int, *, timeout_s: float) -> bool:
    """True as soon as 127.0.0.1:port takes a connection; False after `timeout_s`."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.5).close()
        except OSError:
            time.sleep(0.02)
        else:
            return True
    return False


async def until_listening(port: int, *, timeout_s: float) -> bool:
    """As `wait_until_listening`, beside a running event loop."""
    return await asyncio.to_thread(wait_until_listening, port, timeout_s=timeout_s)
