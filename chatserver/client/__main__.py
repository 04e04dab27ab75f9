"""`chat-client` and `python -m chatserver.client`: picks the face by what stdin and stdout are."""

from __future__ import annotations

import os
import signal
import sys


def main() -> None:
    """Run until the user leaves; exits with one of `options.Exit`."""
    # To load the program takes a second on a small machine. A Ctrl-C meanwhile ends it, without a traceback.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from chatserver.client.options import Exit, Failed, parse
    from chatserver.client.run import run

    if not _is_open(1):
        sys.exit(_say("stdout is closed", Exit.STDOUT_CLOSED))
    if not _is_open(0):
        os.open(os.devnull, os.O_RDONLY)
    options = parse()
    terminal = os.isatty(0) and os.isatty(1) and os.environ.get("TERM", "dumb") != "dumb"
    try:
        run(options, terminal and not options.plain)
    except Failed as failure:
        sys.exit(_say(str(failure), failure.status))
    sys.exit(Exit.GOODBYE)


def _say(sentence: str, status: int) -> int:
    """Tell on stderr why it ends with `status`."""
    print(f"chat-client: {sentence}", file=sys.stderr)
    return status


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
