"""`chatserver` and `python -m chatserver`."""

from __future__ import annotations

import signal


def main() -> None:
    """Run until the server is stopped. Raises SystemExit: with a sentence where it cannot start."""
    # To load the program takes a second on a small machine. A Ctrl-C meanwhile ends it, without a traceback.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from twisted.scripts.twistd import runApp

    from chatserver.foreground import parsed

    options = parsed()
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # which is what the reactor replaces
    runApp(options)


if __name__ == "__main__":
    main()
