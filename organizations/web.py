"""The web server: uvicorn on a socket of our own, with two processes."""

import os
import socket

import uvicorn
from uvicorn.supervisors import Multiprocess

from organizations import processes

APPLICATION = "katikn.asgi:application"
# An event stream never ends by itself, so a stop waits this long for the others only.
GRACE_SECONDS = 3


class Config(uvicorn.Config):
    """Uvicorn's settings, whose server processes end with the one that started them."""

    parent = 0

    def load(self) -> None:
        processes.when_orphaned(self.parent, processes.end_gently)
        super().load()


def bind(host: str, port: int) -> socket.socket:
    """Open the listening socket. Raises OSError if the port is taken.

    Says IPPROTO_TCP aloud, because asyncio sets TCP_NODELAY only on sockets that do; without it
    each answer on a kept connection waits 40 ms for an acknowledgement.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    return listening


def serve(listening: socket.socket, workers: int = 2) -> None:
    """Serve until SIGTERM or SIGINT."""
    os.environ["KATIKN_PROCESS"] = "web"
    config = Config(
        APPLICATION,
        workers=workers,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    config.parent = os.getpid()
    Multiprocess(config, sockets=[listening]).run()
