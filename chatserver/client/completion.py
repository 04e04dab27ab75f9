"""What Tab completes: commands at the start of a line, the names of those who are here elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from chatserver.client.speech import Situation

_SLASH = """away back bc bm close connect dm exit goodbye help ignore leave me msg names nick ping query quit r reply
say shout status tell unignore users w who whois"""
COMMANDS = (*(f"/{word}" for word in _SLASH.split()), "close", "connect", "exit", "goodbye", "help", "status")


class ChatCompleter(Completer):
    """Completes from the commands and from what the `Situation` knows of."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        before = document.current_line_before_cursor
        typed = before.rpartition(" ")[2]
        first = typed == before.lstrip()
        for candidate in COMMANDS if first else sorted(self._situation.users, key=str.casefold):
            if candidate.casefold().startswith(typed.casefold()) and (typed or not first):
                yield Completion(candidate + " ", start_position=-len(typed), display=candidate)
