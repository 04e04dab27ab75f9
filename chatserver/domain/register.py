"""Who is here: by name and by id."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from chatserver.domain import names
from chatserver.domain.user import User


class Register:
    """Every named user, in the order of their ids. An id counts up from 1 and is never used again."""

    def __init__(self) -> None:
        self._ids = count(1)
        self._by_id: dict[str, User] = {}
        self._by_name: dict[str, User] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[User]:
        return iter(self._by_id.values())

    def find(self, wanted: str) -> User | None:
        """Whoever has this name or id. Ids are digits and names begin with a letter: never both."""
        return self._by_id.get(wanted) or self.named(wanted)

    def named(self, name: str) -> User | None:
        """Whoever has this name, in any letter case."""
        return self._by_name.get(names.key(name))

    def add(self, user: User, name: str) -> None:
        """Give `user` the free `name` and the next id."""
        user.id, user.name = next(self._ids), name
        self._by_id[str(user.id)] = user
        self._by_name[names.key(name)] = user

    def rename(self, user: User, name: str) -> None:
        """Give `user` another `name`, which is free or the same in another letter case."""
        del self._by_name[names.key(user.name)]
        self._by_name[names.key(name)] = user
        user.name = name

    def remove(self, user: User) -> bool:
        """Forget `user`; whether the user was here."""
        if self._by_id.pop(str(user.id), None) is None:
            return False
        del self._by_name[names.key(user.name)]
        return True

    def clear(self) -> list[User]:
        """Forget everybody; who was here."""
        users = list(self)
        self._by_id.clear()
        self._by_name.clear()
        return users
