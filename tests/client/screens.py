"""The client on a real terminal."""

import sys

from tests.terminal import Terminal


class ChatClient(Terminal):
    """`chat-client` with these arguments; `home` is where it keeps its history."""

    def __init__(self, home, *arguments, **options):
        super().__init__([sys.executable, "-m", "chatserver.client", *arguments], home, **options)
