"""The line that is typed, below everything that is said: a prompt_toolkit application that never gives up the screen.

What is said is printed above it: all text of one turn of the reactor at once, between an erase and a redraw of the
prompt. prompt_toolkit's own way, `patch_stdout`, switches the terminal to cooked echo for each message, which tears
the line that is being typed.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from unicodedata import category

from prompt_toolkit.application import Application, run_in_terminal
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import FormattedText, StyleAndTextTuples
from prompt_toolkit.history import History
from prompt_toolkit.input.ansi_escape_sequences import ANSI_SEQUENCES
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import (
    BufferControl,
    ConditionalContainer,
    Dimension,
    Float,
    FloatContainer,
    FormattedTextControl,
    HSplit,
    Layout,
    Window,
)
from prompt_toolkit.layout.menus import CompletionsMenu
from prompt_toolkit.layout.processors import BeforeInput
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.renderer import print_formatted_text
from prompt_toolkit.styles import Style
from prompt_toolkit.widgets import SearchToolbar
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime

from chatserver.client.completion import ChatCompleter
from chatserver.client.keys import keys_of
from chatserver.client.widths import Apart, rows_more

_FOCUS_IN, _FOCUS_OUT = Keys.F23, Keys.F24
"""Keys that no keyboard has stand for a terminal's focus reports (xterm, mode 1004)."""
ANSI_SEQUENCES.update({"\x1b[I": _FOCUS_IN, "\x1b[O": _FOCUS_OUT})

_REPORT_FOCUS, _REPORT_NO_FOCUS = "\x1b[?1004h", "\x1b[?1004l"

_STYLE = Style.from_dict({"prompt": "bold", "time": "ansibrightblack", "server": "italic"})

MENU_LINES = 6


class Prompt:
    """The typed line: `label` tells what stands before it, `entered` takes it and tells whether it is to stay."""

    def __init__(
        self,
        completer: ChatCompleter,
        history: History,
        label: Callable[[], str],
        entered: Callable[[str], bool],
        clock: IReactorTime,
    ) -> None:
        self.focused = True
        self._rings = False
        self._label = label
        self._clock = clock
        self._pending: StyleAndTextTuples = []
        search = SearchToolbar()
        self.buffer = Buffer(
            completer=completer,
            history=history,
            accept_handler=lambda buffer: entered(buffer.text),
            multiline=True,
        )
        line = Window(
            BufferControl(
                self.buffer,
                input_processors=[Apart(), BeforeInput(lambda: [("class:prompt", self._label())])],
                search_buffer_control=search.control,
                preview_search=True,
            ),
            height=lambda: Dimension(min=1, preferred=MENU_LINES if self.buffer.complete_state else None),
            dont_extend_height=True,
            wrap_lines=True,
        )
        menu = Float(CompletionsMenu(max_height=MENU_LINES), xcursor=True, ycursor=True)
        count = ConditionalContainer(
            Window(FormattedTextControl(self._count), height=1), Condition(lambda: "\n" in self.buffer.text)
        )
        self.app = _Application(
            Layout(HSplit([FloatContainer(line, [menu]), count, search])),
            key_bindings=self._keys(completer),
            erase_when_done=True,
            color_depth=ColorDepth.DEPTH_1_BIT if os.environ.get("NO_COLOR") else None,
            style=_STYLE,
        )

    async def run(self) -> None:
        """Until somebody leaves by a key, or `app.exit` is called; the terminal is then as it was."""
        self._report_focus(True)
        try:
            await Deferred.fromFuture(asyncio.ensure_future(self.app.run_async(handle_sigint=False)))
        finally:
            self._report_focus(False)

    def print(self, text: StyleAndTextTuples) -> None:
        """Show `text`, whole lines, above the prompt, together with all else of this turn."""
        if not self._pending:
            self._clock.callLater(0, self.flush)
        self._pending += text

    def flush(self) -> None:
        """Show now what waits to be shown; nothing, on a terminal that is gone."""
        pending, self._pending = self._pending, []
        if not pending:
            return
        with suppress(OSError):
            if self.app.is_running:
                self.app.erase()
            if self._rings:
                self.app.output.bell()
            print_formatted_text(self.app.output, FormattedText(pending), _STYLE, color_depth=self.app.color_depth)
            self.app.output.flush()
        self._rings = False
        self.app.invalidate()

    def bell(self) -> None:
        """Ring, once, with what is shown next."""
        self._rings = True

    def _count(self) -> str:
        return f"{len(lines_of(self.buffer.text))} lines: Enter sends them, Ctrl-C takes them back"

    def _keys(self, completer: ChatCompleter) -> KeyBindings:
        keys = keys_of(self.buffer, completer, self._suspend)

        @keys.add(_FOCUS_IN)
        def focus_in(event: KeyPressEvent) -> None:
            self.focused = True

        @keys.add(_FOCUS_OUT)
        def focus_out(event: KeyPressEvent) -> None:
            self.focused = False

        return keys

    def _suspend(self) -> None:
        """Stop, as any program does at Ctrl-Z; what is said meanwhile is shown after `fg`."""

        def stop() -> None:
            self._report_focus(False)
            os.kill(0, signal.SIGTSTP)
            self._report_focus(True)

        run_in_terminal(stop)

    def _report_focus(self, on: bool) -> None:
        self.app.output.write_raw(_REPORT_FOCUS if on else _REPORT_NO_FOCUS)
        self.app.output.flush()


class _Application(Application[None]):
    """One whose prompt leaves no copies of itself in a window that has become narrower: terminals wrap it anew."""

    def erase(self) -> None:
        """Take the prompt off the screen."""
        self._follow_the_cursor()
        self.renderer.erase()

    def _on_resize(self) -> None:
        self._follow_the_cursor()
        super()._on_resize()

    def _follow_the_cursor(self) -> None:
        """Go up to where the renderer believes the cursor to be, if the window has become narrower since it drew."""
        screen = self.renderer.last_rendered_screen
        if screen and "XTERM_VERSION" not in os.environ:  # which cuts long lines, and wraps none
            cursor = screen.get_cursor_position(self.layout.current_window)
            self.output.cursor_up(rows_more(screen, cursor.x, cursor.y, max(1, self.output.get_size().columns)))


def lines_of(text: str) -> list[str]:
    """The lines that a typed or pasted text sends: a TAB is a blank, and no other control character is in them."""
    lines = text.removesuffix("\n").split("\n")
    return ["".join(" " if c == "\t" else c for c in line if c == "\t" or category(c) != "Cc") for line in lines]
