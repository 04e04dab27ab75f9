"""What is typed is as wide on the screen as it is counted."""

import os
import re
import shutil
import subprocess
import sys
import uuid

import pytest
from hypothesis import given, strategies as st
from prompt_toolkit.document import Document
from prompt_toolkit.layout.processors import TransformationInput
from prompt_toolkit.layout.screen import Char, Screen

from chatserver.client.widths import Apart, rows_more
from tests.processes import Guest, server


def shown(text):
    asked = TransformationInput(None, Document(text), 0, lambda i: i, [("", text)], 80, 1, None)
    return "".join(part for _, part, *_ in Apart().apply_transformation(asked).fragments)


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("plain", "plain"),
        ("zoë 你好", "zoë 你好"),
        ("👨\u200d👩\u200d👧", "👨\u200b👩\u200b👧"),
        ("🇩🇪", "DE"),
        ("👍🏽", "👍\u200b"),
        ("❤\ufe0f", "❤\u200b"),
    ],
)
def test_a_composed_emoji_is_shown_in_its_parts(typed, parts):
    assert shown(typed) == parts


@given(st.text())
def test_each_character_typed_is_one_that_is_shown(text):
    assert len(shown(text)) == len(text)


@pytest.mark.parametrize(
    ("lines", "columns", "more"),
    [
        (["x" * 10], 80, 0),
        (["x" * 79], 40, 1),
        (["x" * 80, "x" * 10], 40, 1),
        (["x" * 80, "x" * 50], 40, 2),
        ([""], 5, 0),
    ],
)
def test_how_far_a_narrower_window_moves_the_cursor_down(lines, columns, more):
    screen = Screen()
    for y, line in enumerate(lines):
        for x, character in enumerate(line):
            screen.data_buffer[y][x] = Char(character)
    assert rows_more(screen, len(lines[-1]), len(lines) - 1, columns) == more


class Tmux:
    """A terminal of tmux's, which wraps long lines anew when it becomes narrower, as most terminals do."""

    def __init__(self, *command):
        self._socket = f"chat-{uuid.uuid4().hex}"
        self.run("new-session", "-d", "-x", "80", "-y", "24", *command)

    def run(self, *words):
        command = ["tmux", "-L", self._socket, "-f", "/dev/null", *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout

    def until(self, pattern):
        """The screen, as soon as it has `pattern`."""
        for _ in range(2000):
            screen = self.run("capture-pane", "-p")
            if re.search(pattern, screen, re.MULTILINE):
                return screen
        raise AssertionError(f"not on the screen:\n{screen}")

    def narrow(self, columns):
        """Become narrower; the program is told so a moment later."""
        self.run("resize-window", "-x", str(columns), "-y", "24")
        with open(self.run("display-message", "-p", "#{pane_tty}").strip()) as terminal:
            while os.get_terminal_size(terminal.fileno()).columns != columns:
                pass


@pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")
def test_a_window_that_becomes_narrower_has_one_prompt(tmp_path):
    with server(tmp_path) as (_, port):
        words = f"HOME={tmp_path} exec {sys.executable} -m chatserver.client 127.0.0.1:{port} --name ann"
        terminal = Tmux(words)
        try:
            with Guest(port, "bob") as bob:
                terminal.until(r"^\[\w+\]$")
                terminal.run("send-keys", "-l", "x" * 100)
                terminal.until("x{26}$")
                terminal.narrow(40)
                bob.type("/bc narrow")
                screen = terminal.until(r"narrow\n\[\w+\] x{32}\nx{40}\nx{28}$")
                assert screen.count("[") == 1
        finally:
            terminal.run("kill-server")
