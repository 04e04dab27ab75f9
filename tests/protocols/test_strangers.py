"""Programs at the wrong port."""

import pytest
from hypothesis import given, strategies as st

from chatserver.protocols.strangers import LONGEST_LOOK, FirstLook

CLIENT_HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256))


def seen(*pieces):
    """What is recognised in pieces that arrive one after the other."""
    look = FirstLook()
    for piece in pieces:
        if look.over:
            return None
        if protocol := look.feed(piece):
            return protocol
    return None


@pytest.mark.parametrize(
    ("first", "protocol"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP"),
        (b"POST /x HTTP/1.0\nname=alice\n", "HTTP"),
        (b"CONNECT example.org:443 HTTP/1.1\r\n", "HTTP"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP"),
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n", "HTTP"),
        (b"POST http://x/" + b"x" * 9000, "HTTP"),
        (CLIENT_HELLO, "TLS"),
        (b"\x16\x03\x03\x00\x0a\n", "TLS"),
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", "SSH"),
        (b"SSH-1.99-x", "SSH"),
        (b"\r\n\nGET / HTTP/1.1\r\n", "HTTP"),
        (b"M-SEARCH * HTTP/1.1\r\n", "HTTP"),
        (b"patch / HTTP/1.1\r\n", "HTTP"),
        (b"GET / HTTP/1.1\r\0ann\r\0", "HTTP"),
        (b"HI there\r\0ann\r\0we use HTTP/1.1\n", None),
        (b"GET\n", None),
        (b"CONNECT 3\n", None),
        (b"GET / HTTP\n", None),
        (b"GET / HTTP/1.1 is a line\n", None),
        (b"alice\nGET / HTTP/1.1\n", None),
        (b"get / http/1.1\n", None),
        (b"SSH-fan\n", None),
        (b"ssh-2.0-x\n", None),
        (b"\x16\x02\n", None),
        (b"GET " + b"x" * 9000 + b"\n", None),
        (b"", None),
    ],
)
def test_who_is_recognised_wherever_it_is_cut(first, protocol):
    assert seen(first) == protocol
    assert seen(*(first[i : i + 1] for i in range(len(first)))) == protocol


@given(st.binary(max_size=40) | st.sampled_from([b"x" * LONGEST_LOOK, b"\n", b"a\nb"]))
def test_the_look_ends_with_the_first_line(first):
    look = FirstLook()
    look.feed(first)
    first = first.lstrip(b"\r\n")
    assert look.over == (b"\n" in first or b"\r\0" in first or len(first) >= LONGEST_LOOK)
    assert len(look._seen) <= LONGEST_LOOK
