"""The server's own behaviour, with an application of one endless answer."""

import http.client
import signal
import subprocess
import sys
import time
from contextlib import suppress

from django.conf import settings

from organizations import site, web

SERVE = """
import sys
from organizations import web
web.APPLICATION = "organizations.tests.endless:application"
if __name__ == "__main__":
    web.serve(web.bind("127.0.0.1", int(sys.argv[1])), workers=1)
"""


def test_server_stops_in_seconds_with_a_stream_open(tmp_path):
    port, _ = site.free_ports()
    script = tmp_path / "serve.py"
    script.write_text(SERVE)
    environment = {"PYTHONPATH": str(settings.BASE_DIR), "PATH": "/usr/bin:/bin"}
    with subprocess.Popen([sys.executable, str(script), str(port)], env=environment) as server:
        stream = open_stream(port)
        begun = time.monotonic()

        server.send_signal(signal.SIGTERM)

        assert server.wait(timeout=20) == 0
        assert time.monotonic() - begun < web.GRACE_SECONDS + 5
        stream.close()


def test_listening_socket_says_tcp_aloud():
    import socket

    listening = web.bind("127.0.0.1", 0)

    assert listening.proto == socket.IPPROTO_TCP
    listening.close()


def open_stream(port):
    deadline = time.monotonic() + 20
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with suppress(OSError):
            connection.request("GET", "/")
            answer = connection.getresponse()
            assert answer.read(3) == b"..."
            return connection
        assert time.monotonic() < deadline
        time.sleep(0.05)
