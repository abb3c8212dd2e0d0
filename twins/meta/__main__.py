"""Run the twin from a shell: `KATIKN_DEMO=1 python -m twins.meta --port 8100 …`."""

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from .. import OutsideDemonstration
from .state import Number
from .twin import MetaTwin

CAST = (
    {"name": "Eleni", "phone": "35799123456"},
    {"name": "James", "phone": "447700900123"},
    {"name": "Amira", "phone": "971501234567", "username": "@amira.h", "shares_phone": False},
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; 2 if the environment forbids it or the port is taken."""
    options = _parser().parse_args(arguments)
    try:
        twin = MetaTwin(
            options.webhook_url,
            options.app_secret,
            options.verify_token,
            numbers=options.number,
            port=options.port,
            inbox_url=options.inbox_url,
            mail_dir=options.mail_dir,
            allowed_hosts=options.allowed_host,
        )
    except OutsideDemonstration as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"Cannot listen on port {options.port}: {error.strerror}", file=sys.stderr)
        return 2
    for person in CAST:
        twin.state.add_customer(**person)
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    with twin:
        print(f"Meta twin and phone page: {twin.url}/", flush=True)
        done.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m twins.meta", description=__doc__)
    parser.add_argument("--port", type=int, default=8100, help="0 takes a free port")
    parser.add_argument("--webhook-url", required=True)
    parser.add_argument("--app-secret", required=True)
    parser.add_argument("--verify-token", default="")
    parser.add_argument(
        "--number",
        type=_number,
        action="append",
        default=[],
        metavar="PNID:DISPLAY:WABA:TOKEN:NAME",
        help="a number of an agency; may be repeated",
    )
    parser.add_argument("--inbox-url", default="", help="where the page's link to the inbox leads")
    parser.add_argument("--mail-dir", type=Path, help="folder of Django's file-based e-mails")
    parser.add_argument(
        "--allowed-host", action="append", default=[], help="a host name besides localhost"
    )
    return parser


def _number(text: str) -> Number:
    parts = text.split(":", 4)
    if len(parts) != 5:
        raise argparse.ArgumentTypeError("write PNID:DISPLAY:WABA:TOKEN:NAME")
    phone_number_id, display, waba_id, token, name = parts
    return Number(phone_number_id, waba_id, display, token, name)


if __name__ == "__main__":
    sys.exit(main())
