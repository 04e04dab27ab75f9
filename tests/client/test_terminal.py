"""The terminal face on a real terminal, beside a real server."""

import re

import pytest
from pytest_twisted import ensureDeferred

from tests.client.screens import ChatClient
from tests.processes import Guest, server
from tests.terminal import CTRL_C, CTRL_R, CTRL_U, ENTER, TAB, UP


@pytest.fixture
def port(tmp_path):
    with server(tmp_path) as (_, port):
        yield port


async def ann_and_bob(port, home, **environment):
    """Ann at a terminal, in a session with Bob, who has a plain socket."""
    ann = ChatClient(home, f"127.0.0.1:{port}", "--name", "ann", **environment)
    await ann.until(r"^\[lobby\]")
    bob = Guest(port, "bob")
    bob.type("connect ann")
    await ann.until(r"^\[bob\]")
    return ann, bob


async def leave(ann, bob=None, key=CTRL_C):
    ann.type(CTRL_U + key)
    assert await ann.ended == 0
    if bob:
        bob.close()


@ensureDeferred
async def test_a_message_while_one_is_typed_tears_nothing(port, tmp_path):
    ann, bob = await ann_and_bob(port, tmp_path)
    ann.type("half a l")
    await ann.until(r"^\[bob\] half a l$")
    bob.type("hello", "are you there?")
    await ann.until(r"^\d\d:\d\d bob: hello\n\d\d:\d\d bob: are you there\?\n\[bob\] half a l$")
    ann.type("ine")
    ann.type(ENTER)
    assert bob.read_until("half") == "ann: half a line"
    await ann.until(r"^\d\d:\d\d ann: half a line\n\[bob\]$")
    await leave(ann, bob)


@ensureDeferred
async def test_3000_messages_in_a_burst_while_typing(port, tmp_path):
    ann, bob = await ann_and_bob(port, tmp_path)
    ann.type("typed ")
    bob.type(*(f"message {number}." for number in range(3000)))
    ann.type("meanwhile")
    text = await ann.until(r"bob: message 2999\.\n\[bob\] typed meanwhile$")
    assert re.findall(r"^\d\d:\d\d bob: message (\d+)\.$", text, re.MULTILINE) == [str(n) for n in range(3000)]
    assert text.count("[bob] typed") == 1
    await leave(ann, bob)


@ensureDeferred
async def test_leaving_after_half_a_line(port, tmp_path):
    ann, bob = await ann_and_bob(port, tmp_path)
    ann.type("half")
    await ann.until("half")
    await leave(ann)
    assert bob.read_until("ann") == "(server): You are now connected to ann"
    assert bob.read_until("left") == "(server): ann left. You are FREE."
    assert "Goodbye, ann." in ann.text
    assert "half" not in ann.text
    assert ann.raw.rindex(b"\x1b[?2004l") > ann.raw.rindex(b"\x1b[?2004h")
    assert ann.raw.rindex(b"\x1b[?1004l") > ann.raw.rindex(b"\x1b[?1004h")
    bob.close()


@ensureDeferred
@pytest.mark.parametrize("name", ["TERM", "HUP"])
async def test_a_signal_leaves_too(port, tmp_path, name):
    ann, bob = await ann_and_bob(port, tmp_path)
    ann.process.signalProcess(name)
    assert await ann.ended == 0
    assert bob.read_until("left") == "(server): ann left. You are FREE."
    assert ann.raw.rindex(b"\x1b[?2004l") > ann.raw.rindex(b"\x1b[?2004h")
    bob.close()


@ensureDeferred
async def test_history_of_this_run_and_of_the_last(port, tmp_path):
    ann, bob = await ann_and_bob(port, tmp_path)
    for line in ("first line", "/dm bob for bob only", "/whois bob", " a blank keeps this out"):
        ann.type(line)
        ann.type(ENTER)
        await ann.until(f"ann: {line}")
    ann.type(CTRL_R + b"first")
    await ann.until("I-search")
    ann.type(ENTER)
    await ann.until(r"^\[bob\] first line$")
    ann.type(ENTER)
    assert [bob.read_until("ann: ") for _ in range(3)][0::2] == ["ann: first line", "ann: first line"]
    await leave(ann, bob)
    kept = (tmp_path / ".local/state/chatserver/history").read_text()
    assert [line for line in kept.splitlines() if line.startswith("+")] == ["+/dm bob", "+/whois bob"]
    again, bob = await ann_and_bob(port, tmp_path)
    again.type(UP + UP)
    await again.until(r"^\[bob\] /dm bob$")
    await leave(again, bob)


@ensureDeferred
async def test_no_history_is_kept_where_none_is_wanted(port, tmp_path):
    ann = ChatClient(tmp_path, f"127.0.0.1:{port}", "--name", "ann", "--no-history")
    await ann.until(r"^\[lobby\]")
    ann.type("/whois ann\r")
    await ann.until("ann is user 1")
    await leave(ann)
    assert list(tmp_path.glob(".local/state/chatserver/*")) == []


@ensureDeferred
async def test_completion_of_commands_and_names(port, tmp_path):
    ann, bob = await ann_and_bob(port, tmp_path)
    ann.type(b"/who" + TAB)
    await ann.until("/whois")
    ann.type(b"i" + TAB + b"B" + TAB)
    await ann.until(r"^\[bob\] /whois bob$")
    ann.type(ENTER)
    await ann.until("bob is user 2 and BUSY")
    await leave(ann, bob)


@ensureDeferred
async def test_wide_characters(port, tmp_path):
    ann, bob = await ann_and_bob(port, tmp_path)
    ann.type("zoë 你好")
    await ann.until("zoë 你")
    ann.type(b"\x7f" + ENTER)
    assert bob.read_until("zoë") == "ann: zoë 你"
    bob.type("再见")
    await ann.until(r"bob: 再")
    await leave(ann, bob)


@ensureDeferred
async def test_a_paste_of_50_lines_is_counted_and_sent_on_enter(port, tmp_path):
    ann, bob = await ann_and_bob(port, tmp_path)
    lines = [f"pasted {number}." for number in range(50)]
    ann.type(b"\x1b[200~" + "\r".join(lines).encode() + b"\x1b[201~")
    await ann.until("50 lines: Enter sends them")
    ann.type(ENTER)
    for line in lines:
        assert bob.read_until("ann: pasted") == f"ann: {line}"
    await leave(ann, bob)


@ensureDeferred
async def test_a_window_of_another_size(port, tmp_path):
    ann, bob = await ann_and_bob(port, tmp_path)
    ann.resize(40, 12)
    ann.type("x" * 50)
    await ann.until(r"x{34}\n *x{16}$")
    await leave(ann, bob)


@ensureDeferred
async def test_the_server_is_gone_and_back(tmp_path):
    with server(tmp_path) as (process, port):
        ann, bob = await ann_and_bob(port, tmp_path)
        ann.type("a line that is not lost")
        process.terminate()
        await ann.until("The connection is lost")
        bob.close()
        process.wait(30)
    ann.type(ENTER)
    await ann.until("Not sent: there is no connection")
    with server(tmp_path, port=port) as (process, port):
        await ann.until(r"^\[lobby\] a line that is not lost$")
        bob = Guest(port, "bob")
        bob.type("connect ann")
        await ann.until(r"^\[bob\] a line that is not lost$")
        ann.type(ENTER)
        assert bob.read_until("lost") == "ann: a line that is not lost"
        await leave(ann, bob)


@ensureDeferred
async def test_the_name_is_asked_for(port, tmp_path):
    ann = ChatClient(tmp_path, f"127.0.0.1:{port}")
    await ann.until(r"What is your name\?\nname:$")
    ann.type("root\r")
    await ann.until("The name root is reserved")
    ann.type("ann\r")
    await ann.until(r"Hello, ann\.")
    await leave(ann)


@ensureDeferred
async def test_the_bell_rings_for_a_session_a_direct_message_and_out_of_focus(port, tmp_path):
    ann = ChatClient(tmp_path, f"127.0.0.1:{port}", "--name", "ann")
    await ann.until(r"^\[lobby\]")
    bob = Guest(port, "bob")
    rings = []
    for line, shown in (
        ("/bc all", r"bob \(all\): all"),
        ("/dm ann psst", r"bob \(direct\): psst"),
        ("connect ann", r"^\[bob\]"),
        ("hello", "bob: hello"),
    ):
        bob.type(line)
        await ann.until(shown)
        rings.append(ann.raw.count(b"\a"))
    ann.type(b"\x1b[Oaway")
    await ann.until("away")
    bob.type("are you there?")
    await ann.until("are you there")
    rings.append(ann.raw.count(b"\a"))
    assert rings == [0, 1, 2, 2, 3]
    await leave(ann, bob)


@ensureDeferred
async def test_no_colour_where_none_is_wanted(port, tmp_path):
    ann, bob = await ann_and_bob(port, tmp_path, NO_COLOR="1")
    bob.type("hello")
    await ann.until("bob: hello")
    assert not re.search(rb"\x1b\[[0-9;]*[34]8;", ann.raw)
    await leave(ann, bob)


@ensureDeferred
async def test_nobody_listens(tmp_path):
    ann = ChatClient(tmp_path, "127.0.0.1:1")
    assert await ann.ended == 3
    assert "chat-client: cannot connect" in ann.text
