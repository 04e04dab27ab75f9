"""The log as JSON, one event a line: `twistd -n --logger chatserver.jsonlog.stdout chat`."""

from __future__ import annotations

import sys
from typing import TextIO, cast

from twisted.logger import FileLogObserver, jsonFileLogObserver


def stdout() -> FileLogObserver:
    """To the standard output, as it was before twistd takes it for the log."""
    return jsonFileLogObserver(cast(TextIO, sys.__stdout__), recordSeparator="")
