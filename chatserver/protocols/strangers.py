"""Programs that come to the wrong port: recognised by the first bytes of a connection, sans I/O.

They are sent away before anything that they say counts as a line. A web page could otherwise make a browser chat.
"""

from __future__ import annotations

import re

LONGEST_LOOK = 1024
"""Bytes without a line end after which a first line is as good as known; no name is so long."""

_BEGINNINGS = {
    "TLS": re.compile(rb"\x16\x03"),  # a handshake record of any version: RFC 8446, section 5.1
    "SSH": re.compile(rb"SSH-\d\.\d+-"),  # the identification string: RFC 4253, section 4.2
    "HTTP": re.compile(rb"[A-Z]+ .*HTTP/\d(\.\d)?\s*\n"),  # the request line: RFC 9112, section 3
}
_LONG_REQUEST = re.compile(rb"[A-Z]+ (/|https?:)")
"""How a request line starts whose end is out of sight."""


class FirstLook:
    """Looks at the first line of a connection while it arrives, until it is `over`."""

    def __init__(self) -> None:
        self.over = False
        self._seen = b""

    def feed(self, data: bytes) -> str | None:
        """The protocol that the other side speaks, if it is a known one that is not ours."""
        self._seen += data[: LONGEST_LOOK - len(self._seen)]
        ended = b"\n" in self._seen
        self.over = ended or len(self._seen) == LONGEST_LOOK
        for protocol, beginning in _BEGINNINGS.items():
            if beginning.match(self._seen):
                return protocol
        return "HTTP" if self.over and not ended and _LONG_REQUEST.match(self._seen) else None
