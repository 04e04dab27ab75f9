"""What telnet clients can send, and what none would."""

import socket

import pytest

from chatserver.protocols.telnet import MOST_REFUSALS
from tests.protocols.test_framer import COMMANDS


def answer(guest, words):
    """The next line with these words in it, as bytes."""
    return guest.read_until(words).encode(errors="surrogateescape")


def test_options_first_as_plink_sends_them_and_in_pieces(host):
    with host.guest() as ann:
        ann.read_until("your name?")
        for byte in b"\xff\xfb\x1f\xff\xfb\x20\xff\xfb\x18\xff\xfb\x27\xff\xfd\x01\xff\xfb\x03\xff\xfd\x03":
            ann.send(bytes([byte]))
        ann.type("ann")
        refused = b"\xff\xfe\x1f\xff\xfe\x20\xff\xfe\x18\xff\xfe\x27\xff\xfc\x01\xff\xfe\x03\xff\xfc\x03"
        assert answer(ann, "Hello").startswith(refused + b"(server): Hello, ann.")


def test_of_3000_options_64_are_answered(host):
    with host.guest("ann") as ann:
        ann.send(b"".join(bytes([255, 251 + i % 4, 7 + i // 4 % 249]) for i in range(3000)) + b"/ping\n")
        replies = answer(ann, "pong").removesuffix(b"(server): pong")
        assert len(replies) == 3 * MOST_REFUSALS
        assert replies[:6] == b"\xff\xfe\x07\xff\xfc\x07"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_a_window_size_with_a_line_feed_in_it(host, size):
    data = b"/ping be\xff\xfa\x1f\x00\x0a\x00\x0d\xff\xf0fore\r\n"
    with host.guest("ann") as ann:
        for start in range(0, len(data), size):
            ann.send(data[start : start + size])
        assert ann.read_until("pong") == "(server): pong before"


def test_unknown_commands_are_nothing(host):
    known = {0xEC, 0xF4, 0xF6, 0xF7, 0xF8}
    with host.guest("ann") as ann:
        ann.send(b"/ping a" + b"".join(bytes([0xFF, command]) for command in COMMANDS if command not in known) + b"b\n")
        assert ann.read_until("pong") == "(server): pong ab"


def test_a_subnegotiation_of_megabytes_is_a_line_that_never_ends(host):
    with host.guest("ann") as ann:
        ann.send(b"\xff\xfa\x18" + b"x" * 4_000_000)
        assert ann.rest() == ["(server): No line end within 65536 bytes. Goodbye."]


def test_urgent_data_is_in_its_place(host):
    with host.guest("ann") as ann:
        ann.send(b"/ping a\xff")
        ann.socket.send(b"\xf2", socket.MSG_OOB)
        ann.send(b"b\n")
        assert ann.read_until("pong") == "(server): pong ab"


def test_what_telnet_erases_is_erased(host):
    with host.guest("ann") as ann:
        ann.send(b"/quit\xff\xf8/ping heljj\xff\xf7\xff\xf7lo\n")
        assert ann.read_until("pong") == "(server): pong hello"


def test_a_timing_mark_is_answered_every_time(host):
    with host.guest("ann") as ann:
        ann.send(b"\xff\xfd\x06" * 100 + b"/ping\n")
        assert answer(ann, "pong") == b"\xff\xfc\x06" * 100 + b"(server): pong"


def test_are_you_there(host):
    with host.guest() as ann:
        ann.send(b"\xff\xf6")
        assert ann.read_until("pong") == "(server): pong"


@pytest.mark.parametrize("keys", [b"\xff\xf4\xff\xfd\x06", b"\x04", b"\xff\xec"])
def test_keys_that_leave(host, keys):
    with host.guest("ann") as ann, host.guest("bob") as bob:
        ann.send(keys + b"/bc too late\n")
        assert ann.read_until("Goodbye").endswith("(server): Goodbye, ann.")
        assert bob.told() == ["(server): ann left."]
