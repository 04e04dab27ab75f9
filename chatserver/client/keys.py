"""What the keys do, where that is not what they do in any shell: no key ends the chat or loses text by surprise.

What is not here is prompt_toolkit's own: the keys of GNU readline.
"""

from __future__ import annotations

from collections.abc import Callable

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.clipboard import ClipboardData
from prompt_toolkit.completion import CompleteEvent, Completer, get_common_complete_suffix
from prompt_toolkit.filters import Condition, is_searching
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.key_binding.bindings.named_commands import get_by_name
from prompt_toolkit.search import stop_search


def keys_of(buffer: Buffer, completer: Completer, suspend: Callable[[], None]) -> KeyBindings:
    """The keys of a prompt with this `buffer`; `suspend` is for Ctrl-Z."""
    keys = KeyBindings()
    is_menu = Condition(lambda: buffer.complete_state is not None) & ~is_searching
    is_empty = Condition(lambda: not buffer.text) & ~is_searching & ~is_menu
    has_text = Condition(lambda: bool(buffer.text)) & ~is_searching & ~is_menu

    @keys.add("enter", filter=~is_searching)
    def send(event: KeyPressEvent) -> None:
        buffer.validate_and_handle()

    @keys.add("c-c", filter=is_searching)
    @keys.add("c-d", filter=is_searching)
    def end_search(event: KeyPressEvent) -> None:
        stop_search()

    @keys.add("c-c", filter=is_menu)
    @keys.add("c-d", filter=is_menu)
    def close_menu(event: KeyPressEvent) -> None:
        buffer.cancel_completion()

    @keys.add("c-c", filter=has_text)
    def clear(event: KeyPressEvent) -> None:
        event.app.clipboard.set_data(ClipboardData(buffer.text))
        buffer.reset(append_to_history=True)

    @keys.add("c-u", filter=has_text & Condition(lambda: "\n" in buffer.text))
    def clear_block(event: KeyPressEvent) -> None:
        clear(event)

    @keys.add("c-c", filter=is_empty)
    @keys.add("c-d", filter=is_empty)
    def leave(event: KeyPressEvent) -> None:
        event.app.exit()

    keys.add("c-d", filter=has_text)(get_by_name("delete-char"))

    @keys.add("c-z")
    def to_background(event: KeyPressEvent) -> None:
        suspend()

    @keys.add("c-q")
    @keys.add("escape", "#")
    def nothing(event: KeyPressEvent) -> None:
        """Control characters are not for typing, and a line is not sent with a mark before it."""

    @keys.add("tab", filter=~is_searching)
    def complete(event: KeyPressEvent) -> None:
        if buffer.complete_state:
            buffer.complete_next()
            return
        found = list(completer.get_completions(buffer.document, CompleteEvent(completion_requested=True)))
        if len(found) == 1:
            buffer.apply_completion(found[0])
        elif found:
            buffer.insert_text(get_common_complete_suffix(buffer.document, found))
            buffer.start_completion()

    return keys
