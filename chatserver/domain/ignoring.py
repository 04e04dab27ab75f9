"""Who ignores whom."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from chatserver.domain.user import User

_NOBODY: frozenset[User] = frozenset()


class Ignoring:
    """A relation between users; holds nothing of users who have left."""

    def __init__(self) -> None:
        self._ignored: dict[User, set[User]] = {}
        self._ignorers: dict[User, set[User]] = {}

    def holds(self, user: User, other: User) -> bool:
        """Whether `user` ignores `other`."""
        return other in self._ignored.get(user, _NOBODY)

    def ignored_by(self, user: User) -> AbstractSet[User]:
        """Whom `user` ignores."""
        return self._ignored.get(user, _NOBODY)

    def ignorers_of(self, user: User) -> AbstractSet[User]:
        """Who ignores `user`."""
        return self._ignorers.get(user, _NOBODY)

    def start(self, user: User, other: User) -> None:
        """`user` ignores `other` from now on."""
        self._ignored.setdefault(user, set()).add(other)
        self._ignorers.setdefault(other, set()).add(user)

    def stop(self, user: User, other: User) -> None:
        """`user` does not ignore `other` any more."""
        for table, one, two in ((self._ignored, user, other), (self._ignorers, other, user)):
            table[one].discard(two)
            if not table[one]:
                del table[one]

    def forget(self, user: User) -> None:
        """`user` has left."""
        for other in tuple(self.ignored_by(user)):
            self.stop(user, other)
        for other in tuple(self.ignorers_of(user)):
            self.stop(other, user)
