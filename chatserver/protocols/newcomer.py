"""A connection until it has a name: what it speaks, how often it tries."""

from __future__ import annotations

from chatserver.domain.farewells import Farewell, TooManyNames, WrongProtocol
from chatserver.language.deeds import Deed
from chatserver.protocols.strangers import FirstLook


class Newcomer:
    """Says why a connection has to be turned away, if it has to. `most_names` is how many may be refused; 0: any.

    It has been there `since` a time in seconds.
    """

    def __init__(self, most_names: int, secure: bool, since: float) -> None:
        self.since = since
        self.most_names = most_names
        self._secure = secure
        self._look: FirstLook | None = FirstLook()
        self._refused_names = 0

    def speaks(self, data: bytes) -> Farewell | None:
        """Something has arrived."""
        protocol = self._look.feed(data) if self._look else None
        if self._look and self._look.over:
            self._look = None
        return WrongProtocol(protocol, self._secure) if protocol else None

    def tries(self, deed: Deed) -> Farewell | None:
        """A line was handled."""
        self._refused_names += deed is Deed.BAD_NAME
        return TooManyNames(self.most_names) if 0 < self.most_names <= self._refused_names else None
