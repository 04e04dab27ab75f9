"""The PROXY header, in all its forms and however it is cut."""

import struct
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given, strategies as st

from chatserver.protocols.proxyheader import LONGEST_LINE, BadHeaderError, Client, NoHeaderError, ProxyHeader

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
LOCAL, PROXY = 0x20, 0x21
HERE, THERE = IPv4Address("192.0.2.7"), IPv6Address("2001:db8::7")
IPV4 = HERE.packed + IPv4Address("192.0.2.99").packed + struct.pack("!HH", 4711, 5)
IPV6 = THERE.packed + IPv6Address("2001:db8::99").packed + struct.pack("!HH", 4711, 5)
UNIX = b"/run/a".ljust(108, b"\0") + b"/run/b".ljust(108, b"\0")
LONGEST = b":".join([b"ffff"] * 8)
TLV = b"\x05\0\x03abc" + b"\xe0\0\0"


def block(command, kind, rest=b"", length=None):
    """A header of version 2."""
    return SIGNATURE + struct.pack("!BBH", command, kind, len(rest) if length is None else length) + rest


def read(data, *cuts):
    """What is behind the header, and its client, if `data` comes cut into pieces."""
    header, behind = ProxyHeader(), None
    for start, end in zip((0, *cuts), (*cuts, len(data)), strict=True):
        behind = header.feed(data[start:end]) if behind is None else behind + data[start:end]
    return behind, header.client


RIGHT = [
    (b"PROXY TCP4 192.0.2.7 192.0.2.99 4711 5\r\n", Client("192.0.2.7", 4711)),
    (b"PROXY TCP6 2001:db8::7 2001:DB8::99 4711 5\r\n", Client("2001:db8::7", 4711)),
    (b"PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", Client("255.255.255.255", 65535)),
    (b"PROXY TCP6 %b %b 65535 65535\r\n" % (LONGEST, LONGEST), Client(LONGEST.decode(), 65535)),
    (b"PROXY UNKNOWN\r\n", None),
    (b"PROXY UNKNOWN \xff anything at all\r\n", None),
    (b"PROXY UNKNOWN %b %b 65535 65535\r\n" % (LONGEST, LONGEST), None),
    (block(LOCAL, 0x00), None),
    (block(LOCAL, 0x11, IPV4), None),
    (block(LOCAL, 0xFF, TLV), None),
    (block(PROXY, 0x00), None),
    (block(PROXY, 0x00, TLV), None),
    (block(PROXY, 0x10, IPV4), None),
    (block(PROXY, 0x01, IPV4), None),
    (block(PROXY, 0x11, IPV4), Client("192.0.2.7", 4711)),
    (block(PROXY, 0x12, IPV4), Client("192.0.2.7", 4711)),
    (block(PROXY, 0x21, IPV6), Client("2001:db8::7", 4711)),
    (block(PROXY, 0x11, IPV4 + TLV), Client("192.0.2.7", 4711)),
    (block(PROXY, 0x21, IPV6 + TLV), Client("2001:db8::7", 4711)),
    (block(PROXY, 0x31, UNIX), None),
    (block(PROXY, 0x32, UNIX + TLV), None),
    (block(PROXY, 0x11, IPV4 + b"\xe0\xff\xf0" + b"x" * 65520), Client("192.0.2.7", 4711)),
]
SHORT = [header for header, _ in RIGHT if len(header) < 300]


@pytest.mark.parametrize(("header", "client"), RIGHT)
def test_a_header_that_is_right(header, client):
    assert read(header) == (b"", client)


@pytest.mark.parametrize("header", SHORT)
def test_it_can_be_cut_anywhere_and_what_is_behind_it_is_left(header):
    data = header + b"ann\nPROXY \r\n"
    whole = read(data)
    assert whole[0] == b"ann\nPROXY \r\n"
    assert [read(data, cut) for cut in range(1, len(data))] == [whole] * (len(data) - 1)
    assert read(data, *range(1, len(data))) == whole


@pytest.mark.parametrize("header", SHORT)
def test_until_its_end_there_is_nothing_and_an_end_before_that_is_a_mistake(header):
    for length in range(1, len(header)):
        part = ProxyHeader()
        assert part.feed(header[:length]) is None
        with pytest.raises(BadHeaderError, match="it ends too early"):
            part.end()


def test_whoever_says_nothing_has_made_no_mistake():
    ProxyHeader().end()


@pytest.mark.parametrize(
    "data",
    [
        b"ann\n",
        b"\n",
        b"\r\nann\r\n",
        b"PROXY\r\n",
        b"PROXYTCP4 ",
        b"proxy TCP4 ",
        b" PROXY ",
        b"\x16\x03\x01",
        b"\xff",
    ],
)
def test_what_is_no_header(data):
    with pytest.raises(NoHeaderError):
        read(data)
    with pytest.raises(NoHeaderError):
        read(data, *range(1, len(data)))


WRONG = [
    (b"PROXY TCP4 192.0.2.7 192.0.2.99 4711 5\n", "its line does not end with CR LF"),
    (b"PROXY UNKNOWN\n", "its line does not end with CR LF"),
    (b"PROXY " + b"x" * LONGEST_LINE, "its line does not end within 107 bytes"),
    (b"PROXY UNKNOWN ".ljust(LONGEST_LINE - 1) + b"\r\n", "its line does not end within 107 bytes"),
    (b"PROXY \r\n", "it names no family that there is"),
    (b"PROXY TCP5 192.0.2.7 192.0.2.99 4711 5\r\n", "it names no family that there is"),
    (b"PROXY T\xc3\x87P4 192.0.2.7 192.0.2.99 4711 5\r\n", "it names no family that there is"),
    (b"PROXY  TCP4 192.0.2.7 192.0.2.99 4711 5\r\n", "it names no family that there is"),
    (b"PROXY TCP4\r\n", "it does not have two addresses and two ports"),
    (b"PROXY TCP4 192.0.2.7 192.0.2.99 4711\r\n", "it does not have two addresses and two ports"),
    (b"PROXY TCP4 192.0.2.7 192.0.2.99 4711 5 6\r\n", "it does not have two addresses and two ports"),
    (b"PROXY TCP4 192.0.2.7  4711 5\r\n", "an address in it is none"),
    (b"PROXY TCP4 2001:db8::7 192.0.2.99 4711 5\r\n", "an address in it is none"),
    (b"PROXY TCP6 192.0.2.7 2001:db8::99 4711 5\r\n", "an address in it is none"),
    (b"PROXY TCP6 2001:db8::7 fe80::1%eth0 4711 5\r\n", "an address in it is none"),
    (b"PROXY TCP4 192.0.2.07 192.0.2.99 4711 5\r\n", "an address in it is none"),
    (b"PROXY TCP4 192.0.2.\xd9\xa3 192.0.2.99 4711 5\r\n", "an address in it is none"),
    (b"PROXY TCP4 \x1b[2J 192.0.2.99 4711 5\r\n", "an address in it is none"),
    (b"PROXY TCP4 192.0.2.7 192.0.2.99 65536 5\r\n", "a port in it is none"),
    (b"PROXY TCP4 192.0.2.7 192.0.2.99 -1 5\r\n", "a port in it is none"),
    (b"PROXY TCP4 192.0.2.7 192.0.2.99 05 5\r\n", "a port in it is none"),
    (b"PROXY TCP4 192.0.2.7 192.0.2.99 5 \r\n", "a port in it is none"),
    (b"PROXY TCP4 192.0.2.7 192.0.2.99 5 \xd9\xa3\r\n", "a port in it is none"),
    (block(0x11, 0x11, IPV4), "its version or its command is unknown"),
    (block(0x22, 0x11, IPV4), "its version or its command is unknown"),
    (block(PROXY, 0x41, IPV4), "it names no family that there is"),
    (block(PROXY, 0x13, IPV4), "it names no family that there is"),
    (block(PROXY, 0x11, IPV4[:-1]), "it does not have two addresses and two ports"),
    (block(PROXY, 0x21, IPV4), "it does not have two addresses and two ports"),
    (block(PROXY, 0x11), "it does not have two addresses and two ports"),
]


@pytest.mark.parametrize(("data", "words"), WRONG)
def test_a_header_that_is_wrong_is_a_sentence_however_it_is_cut(data, words):
    with pytest.raises(BadHeaderError, match=words):
        read(data)
    with pytest.raises(BadHeaderError, match=words):
        read(data, *range(1, len(data)))


PIECES = st.lists(st.binary(min_size=1, max_size=40), max_size=8)
BEGINNINGS = st.sampled_from(
    [b"", b"PROXY ", b"PROXY TCP4 ", b"PROXY TCP6 ::1 ", SIGNATURE, SIGNATURE + b"\x21\x11\0\x0c"]
)


def outcome(data, *cuts):
    """What is read, or what is wrong."""
    try:
        return read(data, *cuts)
    except (BadHeaderError, NoHeaderError) as error:
        return type(error), str(error)


@given(BEGINNINGS, PIECES)
def test_whatever_comes_it_is_a_header_or_a_sentence_and_the_cuts_change_nothing(beginning, pieces):
    data = beginning + b"".join(pieces)
    cuts = [len(beginning)] if 0 < len(beginning) < len(data) else []
    assert outcome(data) == outcome(data, *cuts) == outcome(data, *range(1, len(data)))


@given(
    st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)),
    st.integers(0, 65535),
    st.binary(max_size=30),
    st.binary(max_size=30),
)
def test_both_versions_tell_the_same(address, port, tlv, behind):
    written = b"PROXY TCP%d %b %b %d 5\r\n" % (address.version, *[str(address).encode()] * 2, port)
    kind = {4: 0x11, 6: 0x21}[address.version]
    packed = block(PROXY, kind, address.packed * 2 + struct.pack("!HH", port, 5) + tlv)
    assert read(written + behind) == read(packed + behind) == (behind, Client(str(address), port))
