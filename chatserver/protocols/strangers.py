"""Programs that come to the wrong port: recognised by the first bytes of a connection, sans I/O.

They are sent away before anything that they say counts as a line. A web page could otherwise make a browser chat.
"""

from __future__ import annotations

import re

from chatserver.protocols.framer import LINE_END

LONGEST_LOOK = 1024
"""Bytes without a line end after which a first line is as good as known; no name is so long."""

_BEGINNINGS = {
    "TLS": re.compile(rb"\x16\x03"),  # a handshake record of any version: RFC 8446, section 5.1
    "SSH": re.compile(rb"SSH-\d\.\d+-"),  # the identification string: RFC 4253, section 4.2
}
_REQUEST = re.compile(rb"\S+ .*HTTP/\d(\.\d)?\s*")
"""RFC 9112, section 3."""
_LONG_REQUEST = re.compile(rb"\S+ (/|https?:)")
"""How a request line starts whose end is out of sight."""


class FirstLook:
    """Looks at the first line of a connection that is not blank while it arrives, until it is `over`."""

    def __init__(self) -> None:
        self.over = False
        self._seen = b""

    def feed(self, data: bytes) -> str | None:
        """The protocol that the other side speaks, if it is a known one that is not ours."""
        self._seen += data[: LONGEST_LOOK - len(self._seen)]
        self._seen = self._seen.lstrip(b"\r\n")  # RFC 9112, section 2.2: blank lines may come first
        line, *behind = LINE_END.split(self._seen, 1)
        self.over = bool(behind) or len(self._seen) == LONGEST_LOOK
        for protocol, beginning in _BEGINNINGS.items():
            if beginning.match(self._seen):
                return protocol
        is_request = _REQUEST.fullmatch(line) if behind else self.over and _LONG_REQUEST.match(line)
        return "HTTP" if is_request else None
