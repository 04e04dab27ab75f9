"""Lines in every way of cutting and ending them, and too long ones."""

import random
import re

import pytest

TOO_LONG = "(server): Not sent: a line has at most 4096 bytes."


def read(guest, count):
    return [next(guest.lines).removesuffix("\r\n") for _ in range(count)]


def test_a_byte_at_a_time(pair):
    ann, bob = pair
    for byte in "zoë 👋 says hello\r\n".encode():
        ann.send(bytes([byte]))
    assert read(bob, 1) == ["ann: zoë 👋 says hello"]


@pytest.mark.parametrize("seed", range(3))
def test_150_lines_in_random_cuts_with_mixed_ends(pair, seed):
    ann, bob = pair
    chance = random.Random(seed)
    texts = ["".join(chance.choices("abc é€😀.", k=chance.randrange(80))) for _ in range(150)]
    data = b"".join(text.encode() + chance.choice([b"\n", b"\r\n", b"\r\0"]) for text in texts)
    while data:
        size = chance.randrange(1, 200)
        ann.send(data[:size])
        data = data[size:]
    assert read(bob, 150) == [f"ann: {text}" for text in texts]


def test_a_bare_cr_and_a_nul_stay_within_their_line(pair):
    ann, bob = pair
    ann.send(b"a\r(server): b\0c\rd\n\r\r\n\0\n")
    assert read(bob, 3) == ["ann: a�(server): b�c�d", "ann: �", "ann: �"]


@pytest.mark.parametrize("size", [4097, 30_000])
def test_a_line_that_is_too_long_costs_that_line(pair, size):
    ann, bob = pair
    ann.send(b"x" * 4096 + b"\n" + b"x" * size + b"\nnext\n")
    assert read(ann, 1) == [TOO_LONG]
    assert read(bob, 2) == ["ann: " + "x" * 4096, "ann: next"]


def test_no_command_hides_in_the_tail_of_a_long_line(pair):
    ann, bob = pair
    for piece in (b"x" * 5000, b"\r/quit\r", b"x" * 5000 + b"/quit", b"\n/ping done\n"):
        ann.send(piece)
    assert read(ann, 2) == [TOO_LONG, "(server): pong done"]
    ann.type("still here")
    assert read(bob, 1) == ["ann: still here"]


def test_400_000_bytes_without_a_line_end(pair):
    ann, bob = pair
    ann.send(b"x" * 400_000)
    assert ann.rest() == ["(server): No line end within 65536 bytes. Goodbye."]
    assert read(bob, 1) == ["(server): ann lost the connection. You are FREE."]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_64_kib_of_line_ends(pair, end):
    ann, bob = pair
    ann.send(end * (65536 // len(end)) + b"done\n")
    assert read(bob, 65536 // len(end) + 1)[-1] == "ann: done"


TELNET_REPLY = re.compile(rb"\xff[\xfc\xfe].", re.DOTALL)


@pytest.mark.parametrize("seed", range(20))
def test_random_garbage(host, seed):
    chance = random.Random(seed)
    with host.guest() as stranger, host.guest("ann") as ann:
        for guest in (stranger, ann):
            guest.send(chance.randbytes(8192))
            guest.send(chance.randbytes(8192))
            answers = TELNET_REPLY.sub(b"", "\n".join(guest.rest()).encode(errors="surrogateescape"))
            assert all(line.startswith(b"(server): ") for line in answers.split(b"\n"))
