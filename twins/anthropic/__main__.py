"""Run the twin from a shell: `KATIKN_DEMO=1 python -m twins.anthropic --port 8210`."""

import argparse
import signal
import sys
import threading
from collections.abc import Sequence

from .. import OutsideDemonstration
from .twin import KEY, MODES, AnthropicTwin


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; 2 if the environment forbids it or the port is taken."""
    options = _parser().parse_args(arguments)
    try:
        twin = AnthropicTwin(
            port=options.port, keys=tuple(options.key or (KEY,)), mode=options.mode
        )
    except OutsideDemonstration as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"Cannot listen on port {options.port}: {error.strerror}", file=sys.stderr)
        return 2
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    with twin:
        print(f"Anthropic twin: ANTHROPIC_BASE_URL={twin.url}", flush=True)
        done.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m twins.anthropic", description=__doc__)
    parser.add_argument("--port", type=int, default=8210, help="0 takes a free port")
    parser.add_argument("--key", action="append", help=f"a key that is valid ({KEY} by default)")
    parser.add_argument("--mode", choices=sorted(MODES), default="agent")
    return parser


if __name__ == "__main__":
    sys.exit(main())
