"""The log for programs, an event a line, as JSON: `--logger chatserver.jsonlog.stdout`.

The fields stand in `docs/operating.rst`. Times are UTC, as in RFC 3339.
"""

from __future__ import annotations

from json import JSONEncoder
from time import gmtime, time

from twisted.logger import LogEvent, eventAsText
from twisted.python.reflect import safe_repr

from chatserver.observer import LineObserver, Stamp, to_standard_output

_OF_THE_LOGGER = frozenset(
    ("log_failure", "log_format", "log_level", "log_logger", "log_namespace", "log_source", "log_time", "text")
)
"""What an event of ours has beside its fields."""
_encode = JSONEncoder(allow_nan=False, default=safe_repr).encode


def stdout() -> LineObserver:
    """To the standard output."""
    return LineObserver(Record(), to_standard_output())


class Record:
    """An event as a program reads it: ours with its fields, Twisted's and bugs with their `text`. Plain ASCII."""

    def __init__(self) -> None:
        self._stamp = Stamp(gmtime, "%Y-%m-%dT%H:%M:%S")

    def __call__(self, event: LogEvent) -> str:
        fields = {"event": "message"}
        if "event" in event:
            fields = {name: value for name, value in event.items() if name not in _OF_THE_LOGGER}
        if "event" not in event or "log_failure" in event:
            fields["text"] = eventAsText(event, includeTimestamp=False, includeSystem=False).rstrip()
            if not fields["text"]:
                return ""
        when = event.get("log_time") or time()
        head = {
            "time": f"{self._stamp(int(when))}.{int(when % 1 * 1000):03}Z",
            "level": event["log_level"].name if "log_level" in event else "info",
        }
        try:
            return f"{_encode(head | fields)}\n"
        except (TypeError, ValueError):  # what JSON does not have, such as an infinite number
            return f"{_encode(head | {name: safe_repr(value) for name, value in fields.items()})}\n"
