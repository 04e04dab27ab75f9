"""`chat-client` and `python -m chatserver.client`: picks the face by what stdin and stdout are."""

from __future__ import annotations

import os
import sys

from chatserver.client.options import Exit, Failed, parse
from chatserver.client.run import run


def main() -> None:
    """Run until the user leaves; exits with one of `Exit`."""
    options = parse()
    terminal = sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    try:
        run(options, terminal and not options.plain)
    except Failed as failure:
        print(f"chat-client: {failure}", file=sys.stderr)
        sys.exit(failure.status)
    sys.exit(Exit.GOODBYE)


if __name__ == "__main__":
    main()
