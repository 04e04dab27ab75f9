"""Every key that somebody who lives in a shell presses without thinking, on a real terminal beside a real server."""

import sys

import pytest
from pytest_twisted import ensureDeferred

from tests.client.test_terminal import ann_and_bob, leave
from tests.processes import Guest, server
from tests.terminal import CTRL_C, CTRL_D, CTRL_R, CTRL_U, CTRL_Y, CTRL_Z, ENTER, TAB, UP, Terminal

PASTE = b"\x1b[200~one\rtwo\rthree\x1b[201~"


@pytest.fixture
def port(tmp_path):
    with server(tmp_path) as (_, port):
        yield port


@ensureDeferred
@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
async def test_a_search_is_ended_and_not_the_chat(port, tmp_path, key):
    ann, bob = await ann_and_bob(port, tmp_path)
    ann.type(b"half" + CTRL_R + b"x")
    await ann.until("I-search")
    ann.type(key)
    await ann.until(lambda text: "I-search" not in text)
    ann.type(ENTER)
    assert bob.read_until("half") == "ann: half"
    await leave(ann, bob)


@ensureDeferred
@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
async def test_a_menu_is_closed_and_the_line_stays(port, tmp_path, key):
    ann, bob = await ann_and_bob(port, tmp_path)
    ann.type(b"/w" + TAB)
    await ann.until("/whois")
    ann.type(key)
    await ann.until(lambda text: "/whois" not in text)
    ann.type(b"hois bob" + ENTER)
    await ann.until("bob is user 2 and BUSY")
    await leave(ann, bob)


@ensureDeferred
@pytest.mark.parametrize("key", [CTRL_Y, UP])
async def test_ctrl_c_takes_the_line_away_and_it_can_be_had_again(port, tmp_path, key):
    ann, bob = await ann_and_bob(port, tmp_path)
    ann.type("half a line")
    await ann.until("half a line$")
    ann.type(CTRL_C)
    await ann.until(r"^\[bob\]$")
    ann.type(key)
    await ann.until(r"^\[bob\] half a line$")
    ann.type(ENTER)
    assert bob.read_until("half") == "ann: half a line"
    await leave(ann, bob)


@ensureDeferred
@pytest.mark.parametrize("key", [CTRL_C, CTRL_U])
async def test_one_key_empties_a_pasted_block(port, tmp_path, key):
    ann, bob = await ann_and_bob(port, tmp_path)
    ann.type(PASTE)
    await ann.until("3 lines: Enter sends them, Ctrl-C takes them back")
    ann.type(key)
    await ann.until(r"^\[bob\]$")
    ann.type(CTRL_Y)
    await ann.until("3 lines")
    ann.type(ENTER)
    assert [bob.read_until("ann: ") for _ in range(3)] == ["ann: one", "ann: two", "ann: three"]
    await leave(ann, bob)


@ensureDeferred
async def test_ctrl_d_deletes_while_there_is_a_line(port, tmp_path):
    ann, bob = await ann_and_bob(port, tmp_path)
    ann.type(b"abc\x01" + CTRL_D)
    await ann.until(r"^\[bob\] bc$")
    ann.type(b"\x05" + CTRL_D + b"d" + ENTER)
    assert bob.read_until("ann: ") == "ann: bcd"
    await leave(ann, bob)


@ensureDeferred
@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
async def test_on_an_empty_line_it_leaves(port, tmp_path, key):
    ann, bob = await ann_and_bob(port, tmp_path)
    await leave(ann, bob, key)


@ensureDeferred
@pytest.mark.parametrize(
    "keys",
    [
        b"\x1b#",
        b"\x11",
        b"\x16",
        b"\x1c",
        b"\x1b",
        b"\x07",
        b"\x13\x07",
        b"\x0c",
        b"\x1b[2~",
        b"\x1bOP",
        b"\x1b[5~\x1b[6~",
    ],
    ids=["meta-#", "ctrl-q", "ctrl-v", "ctrl-\\", "escape", "ctrl-g", "ctrl-s", "ctrl-l", "insert", "f1", "pages"],
)
async def test_other_keys_neither_send_nor_lose_nor_end(port, tmp_path, keys):
    ann, bob = await ann_and_bob(port, tmp_path)
    ann.type(b"kept" + keys)
    ann.type("!")
    await ann.until(r"^\[bob\] kept!$")
    ann.type(ENTER)
    assert bob.read_until("ann: ") == "ann: kept!"
    await leave(ann, bob)


@ensureDeferred
async def test_no_control_character_is_sent(port, tmp_path):
    ann, bob = await ann_and_bob(port, tmp_path)
    ann.type(b"\x1b[200~a\x1b[31m red\tbell\x07\x1b[201~")
    await ann.until("red")
    ann.type(ENTER)
    assert bob.read_until("ann: ") == "ann: a[31m red bell"
    await leave(ann, bob)


@ensureDeferred
async def test_ctrl_z_stops_and_fg_goes_on(port, tmp_path):
    shell = Terminal(["/bin/sh", "-i"], tmp_path, PS1="shell> ")
    shell.type(f"{sys.executable} -m chatserver.client 127.0.0.1:{port} --name ann\r")
    await shell.until(r"^\[lobby\]")
    bob = Guest(port, "bob")
    bob.type("connect ann")
    await shell.until(r"^\[bob\]")
    shell.type("half")
    await shell.until("half$")
    shell.type(CTRL_Z)
    await shell.until(r"^shell>$")
    bob.type("are you there?")
    shell.type("fg\r")
    await shell.until(r"bob: are you there\?\n\[bob\] half$")
    shell.type(ENTER)
    assert bob.read_until("half") == "ann: half"
    bob.close()
    shell.type(CTRL_C)
    await shell.until("Goodbye, ann")
    shell.type("exit\r")
    await shell.ended
