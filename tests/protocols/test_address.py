"""Addresses, as the log shows them."""

import pytest
from twisted.internet.address import IPv4Address, IPv6Address, UNIXAddress

from chatserver.protocols.address import shown


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (IPv4Address("TCP", "192.0.2.1", 5), "192.0.2.1:5"),
        (IPv6Address("TCP", "2001:db8::1", 5), "[2001:db8::1]:5"),
        (UNIXAddress(None), "a UNIX socket"),
    ],
)
def test_an_address_in_the_log(address, words):
    assert shown(address) == words
