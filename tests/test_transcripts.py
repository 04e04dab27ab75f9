"""Golden transcripts: what people type and read, word for word.

A transcript holds the options in a line `options: ...` and comments after `#`. `name>` is followed by what somebody
types, `name<` by what somebody reads; `name+` connects, `name!` loses the connection, `name.` was closed by the server.
Everything that anybody reads has to stand there, in order, before the next line is typed.
"""

import re
import shlex
from pathlib import Path

import pytest

from chatserver.tap import Options
from tests.people import Server

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))
LINE = re.compile(r"(\w+)([<>+!.]) ?(.*)")


def server_of(line):
    options = Options()
    options.parseOptions(shlex.split(line))
    config = options.config
    return Server(lobby=config.lobby, max_users=config.max_users, quiet=config.quiet, name=config.name)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_transcript(path):
    server, people, unread = None, {}, {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("options:"):
            server = server_of(line.removeprefix("options:"))
        if line.startswith(("options:", "#")) or not line:
            continue
        who, mark, text = LINE.fullmatch(line).groups()
        for name, client in people.items():
            unread[name] += client.read()
        if mark in "+>!":
            assert not any(unread.values()), f"not in the transcript before line {number}: {unread}"
        if mark == "+":
            people[who], unread[who] = server.connect(), []
        elif mark == ">":
            people[who].type(text)
        elif mark == "<":
            assert unread[who][:1] == [text], f"line {number}"
            del unread[who][0]
        else:
            assert people[who].closed == (mark == "."), f"line {number}"
            people.pop(who).hang_up()
    assert not any(client.read() for client in people.values())
    assert not any(unread.values()), f"not in the transcript before its end: {unread}"


def test_there_is_one_for_each_origin():
    assert [path.name[0] for path in TRANSCRIPTS] == ["1", "2", "3", "4", "5"]
