"""What telnet clients send beside the text."""

import pytest
from hypothesis import given, strategies as st

from chatserver.protocols.telnet import MOST_REFUSALS, Reply, Signal, TelnetFilter


def fed(*pieces):
    """What comes out of a new filter, with neighbouring pieces of text joined."""
    telnet = TelnetFilter()
    joined = []
    for found in (found for piece in pieces for found in telnet.split(piece)):
        if isinstance(found, bytes) and joined and isinstance(joined[-1], bytes):
            joined[-1] += found
        else:
            joined.append(found)
    return [found for found in joined if found != b""]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"plain\n", [b"plain\n"]),
        (b"a\xff\xffb", [b"a\xffb"]),
        (b"a\xff\xf1b\xff\xf9c\xff\xf0d\xff\xf3", [b"abcd"]),
        (b"a\xff\xf6b", [b"a", Signal.ARE_YOU_THERE, b"b"]),
        (b"a\xff\xf7b", [b"a\bb"]),
        (b"a\xff\xf8b", [b"a", Signal.ERASE_LINE, b"b"]),
        (b"a\xff\xf4\xff\xfd\x06", [b"a", Signal.TIMING_MARK, Signal.LEAVE, Signal.TIMING_MARK]),
        (b"\xff\xf3\xff\xfd\x06", [Signal.TIMING_MARK]),
        (b"a\xff\xec", [b"a", Signal.LEAVE]),
        (b"\xff\xfb\x01\xff\xfd\x01\xff\xfc\x01\xff\xfe\x01", [Reply(b"\xff\xfe\x01"), Reply(b"\xff\xfc\x01")]),
        (b"\xff\xfd\x03\xff\xfd\x03\xff\xfd\xff\xff\xfd\xff", [Reply(b"\xff\xfc\x03"), Reply(b"\xff\xfc\xff")]),
        (b"a\xff\xfb\x0ab\n", [b"a", Reply(b"\xff\xfe\x0a"), b"b\n"]),
        (b"a\xff\xfa\x1f\x00\x0a\x00\x50\xff\xf0b", [b"ab"]),
        (b"a\xff\xfa\x1f\xff\xff\x0a\xff\xf0b", [b"ab"]),
        (b"a\xff\xfa\xff\xf0b", [b"ab"]),
        (b"a\xff\xfa" + 256 * b"s" + b"\xff\xf0b", [b"ab"]),
        (b"a\xff\xfa" + 257 * b"s" + b"\xff\xf0b", [b"asb"]),
        (b"a\xff\xfa\x18\x01\xff\xf6b", [b"a", Signal.ARE_YOU_THERE, b"b"]),
        (b"a\xffb\xff\n\xff\xc3", [b"a\xffb\xff\n\xff\xc3"]),
    ],
)
def test_what_is_found_wherever_it_is_cut(data, found):
    assert fed(data) == found
    assert fed(*(data[i : i + 1] for i in range(len(data)))) == found


def test_a_flood_of_options_is_answered_so_often_and_no_more():
    telnet = TelnetFilter()
    flood = b"".join(bytes([255, verb, option]) for verb in (251, 253) for option in range(7, 255))
    replies = [found for _ in range(10) for found in telnet.split(flood) if isinstance(found, Reply)]
    assert len(replies) == len(set(replies)) == MOST_REFUSALS


def test_a_timing_mark_is_answered_each_time():
    telnet = TelnetFilter()
    found = [found for _ in range(100) for found in telnet.split(b"\xff\xfd\x06")]
    assert found.count(Signal.TIMING_MARK) == 100


@given(st.lists(st.sampled_from([b"\xff", b"\xfa", b"\xfb", b"\xfd", b"\xf0", b"\xf4", b"\xf6", b"\n", b"ab" * 150])))
def test_whatever_comes_the_memory_is_bounded(pieces):
    telnet = TelnetFilter()
    for piece in pieces:
        list(telnet.split(piece))
        assert len(telnet._unfinished) <= 2 + 2 * 256 + 1
