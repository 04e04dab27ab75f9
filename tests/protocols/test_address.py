"""Addresses, as the log shows them and as the limits count them."""

from ipaddress import ip_network

import pytest
from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress

from chatserver.protocols.address import NOWHERE, host, shown, source_of


def address(text):
    return (IPv6Address if ":" in text else IPv4Address)("TCP", text, 5)


@pytest.mark.parametrize(
    ("address", "words", "place"),
    [
        (address("192.0.2.1"), "192.0.2.1:5", "192.0.2.1"),
        (address("2001:db8::1"), "[2001:db8::1]:5", "2001:db8::1"),
        (UNIXAddress(None), "a UNIX socket", "a UNIX socket"),
        (address("fe80::1%\x1b[2J"), "[fe80::1]:5", "fe80::1"),
        (address("::ffff:192.0.2.1"), "192.0.2.1:5", "192.0.2.1"),
        (address("\x1b[2J"), NOWHERE, NOWHERE),
    ],
)
def test_an_address_in_the_log(address, words, place):
    assert shown(address) == words
    assert host(address) == place


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("64:ff9b::192.0.2.1", "64:ff9b::c000:201"),
        ("64:ff9b::127.0.0.1", "64:ff9b::7f00:1"),
        ("no address", NOWHERE),
        ("127.0.0.1", None),
        ("127.9.9.9", None),
        ("::1", None),
        ("::ffff:127.0.0.1", None),
        ("10.1.2.3", None),
    ],
)
def test_what_limits_count_by(text, source):
    assert source_of(address(text), [ip_network("10.0.0.0/8")]) == source


def test_a_unix_socket_has_no_address():
    assert source_of(UNIXAddress(None)) is None
