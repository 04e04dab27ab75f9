"""What Tab completes."""

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from chatserver.client.completion import COMMANDS, ChatCompleter
from chatserver.client.speech import Situation
from chatserver.language.commands import BARE_IN_LOBBY, SLASH


def test_the_commands_are_the_servers():
    slash = {command for command in COMMANDS if command.startswith("/")}
    assert slash == {f"/{word}" for word in SLASH if word.isalpha()}
    assert set(COMMANDS) - slash == {word for word in BARE_IN_LOBBY if word.islower() and word.isalpha()}


def completed(typed):
    situation = Situation()
    situation.users = {"alice", "Bob", "bea"}
    completions = ChatCompleter(situation).get_completions(Document(typed), CompleteEvent())
    return [typed[: len(typed) + completion.start_position] + completion.text for completion in completions]


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("/wh", ["/who ", "/whois "]),
        ("/WHOI", ["/whois "]),
        ("  /nic", ["  /nick "]),
        ("conn", ["connect "]),
        ("connect b", ["connect bea ", "connect Bob "]),
        ("/dm ", ["/dm alice ", "/dm bea ", "/dm Bob "]),
        ("hello al", ["hello alice "]),
        ("", []),
        ("xyz", []),
    ],
)
def test_completions(typed, lines):
    assert completed(typed) == lines
