"""Who comes by way of a proxy: nobody is spoken to before it has said from where."""

import pytest
from hypothesis import given, strategies as st
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHalfCloseableDescriptor, IHalfCloseableProtocol
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.testing import StringTransport
from twisted.protocols.policies import WrappingFactory
from zope.interface import implementer

from chatserver.protocols.proxy import ProxiedFactory, awaits_header
from tests.people import Server
from tests.protocols.test_proxyheader import RIGHT, WRONG

FROM = b"PROXY TCP4 192.0.2.7 192.0.2.99 4711 5\r\n"
WELCOME = "(server): Welcome to chatserver. What is your name?"
FOR_PROXIES = "(server): This port is for a proxy that sends a PROXY header first. Goodbye."
PROXY = StringTransport().getPeer()


@implementer(IHalfCloseableDescriptor)
class OneWay(StringTransport):
    """A connection of which one side can be closed."""

    closed_one_way = False

    def loseWriteConnection(self):
        self.closed_one_way = True

    def readConnectionLost(self):
        """Nothing to be done."""


class Proxied:
    """Somebody who comes by way of a proxy; `wraps` stands between the proxy's wrapper and the chat."""

    def __init__(self, server, wraps=lambda factory: factory, transport=None):
        self.server = server
        self.transport = transport or StringTransport()
        self.wrapper = ProxiedFactory(wraps(server.factory)).buildProtocol(PROXY)
        self.wrapper.makeConnection(self.transport)
        self.send = self.wrapper.dataReceived
        self.chat = list(server.factory.connections)[-1]

    def read(self):
        self.server.clock.advance(0)
        data = self.transport.value()
        self.transport.clear()
        return data.decode().split("\r\n")[:-1]


@pytest.fixture
def guest(server):
    return Proxied(server)


def test_nothing_is_said_before_the_header_is_there(guest):
    assert guest.read() == []
    guest.send(FROM[:-1])
    assert guest.read() == []
    assert awaits_header(guest.chat.transport)
    assert guest.chat.address == PROXY
    guest.send(FROM[-1:])
    assert guest.read() == [WELCOME]
    assert not awaits_header(guest.chat.transport)
    assert guest.chat.address == IPv4Address("TCP", "192.0.2.7", 4711)
    assert guest.chat.peer == "192.0.2.7:4711"
    guest.send(b"ann\n")
    assert guest.read() == ["(server): Hello, ann. You are user 1 and FREE. /help lists the commands."]


@pytest.mark.parametrize(("header", "client"), RIGHT)
def test_what_is_behind_the_header_is_typed_by_the_client(guest, header, client):
    guest.send(header + b"ann\n/ping\n")
    assert guest.read()[::2] == [WELCOME, "(server): pong"]
    kind = IPv6Address if client and ":" in client.host else IPv4Address
    assert guest.chat.address == (kind("TCP", *client) if client else PROXY)


@pytest.mark.parametrize(("header", "fault"), WRONG)
def test_a_wrong_header_is_a_sentence_and_nothing_behind_it_is_typed(server, guest, header, fault):
    guest.send(header + b"\nann\n")
    guest.send(FROM)
    guest.send(b"ann\n")
    assert guest.read() == [f"(server): The PROXY header is wrong: {fault}. Goodbye."]
    assert guest.transport.disconnecting
    assert server.factory.refusals.counts == {("refused", "bad_proxy_header"): 1}
    assert sum(server.factory.switchboard.census.values()) == 0


def test_who_comes_without_a_header_through_something_else_is_counted(server):
    guest = Proxied(server, WrappingFactory)
    guest.send(b"ann\n")
    assert server.factory.refusals.counts == {("refused", "no_proxy_header"): 1}
    assert guest.transport.disconnecting


@pytest.mark.parametrize("typed", [b"ann\n", b"\r\nann\n", b"GET / HTTP/1.1\r\n", b"\x16\x03\x01\x02\0"])
def test_who_comes_without_a_header_reads_why_not_and_is_counted(server, guest, typed):
    guest.send(typed)
    assert guest.read() == [FOR_PROXIES]
    assert guest.transport.disconnecting
    assert server.factory.refusals.counts == {("refused", "no_proxy_header"): 1}


@pytest.mark.parametrize("header", [b"ann\n", b"PROXY ANN\r\n", FROM])
def test_what_is_still_on_its_way_when_somebody_is_refused_is_read(header):
    """Or it would make the kernel reset the connection, and the reset could overtake the sentence."""
    server = Server(manners={"per_address": 1})
    first, second = (Proxied(server, transport=OneWay()) for _ in range(2))
    first.send(FROM)
    second.send(header)
    assert second.read()[-1].startswith("(server): ")
    assert (second.transport.closed_one_way, second.transport.disconnecting) == (True, False)
    second.wrapper.readConnectionLost()
    assert second.transport.disconnecting
    server.end()


def test_who_says_nothing_has_so_much_time(server, guest):
    guest.send(b"PROXY TC")
    server.clock.advance(30)
    assert guest.read() == ["(server): No name within 30 s. Goodbye."]
    assert server.factory.refusals.counts == {("refused", "login_timed_out"): 1}
    guest.send(b"P4 192.0.2.7 192.0.2.99 4711 5\r\nann\n")
    assert guest.read() == []


def test_the_address_that_the_proxy_tells_is_limited():
    server = Server(manners={"per_address": 1})
    first, second, third = (Proxied(server) for _ in range(3))
    for guest in (first, second):
        guest.send(FROM + b"ann\n")
    third.send(b"PROXY UNKNOWN\r\nbob\n")
    assert first.read()[0] == third.read()[0] == WELCOME
    assert second.read() == ["(server): There are 1 connections from your address already. Please try again later."]
    server.end()


def test_a_full_server_says_so_when_it_would_greet():
    server = Server(max_users=1)
    server.enter("ann")
    guest = Proxied(server)
    guest.send(FROM)
    assert guest.read() == ["(server): The server is full (1 of 1 users). Please try again later."]
    assert server.factory.refusals.counts == {("refused", "server_full"): 1}
    server.end()


def test_a_bug_in_the_greeting_costs_this_connection(server, guest, monkeypatch):
    monkeypatch.setattr(server.factory.switchboard, "greet", lambda user: 1 / 0)
    guest.send(FROM + b"ann\n")
    assert guest.read() == ["(server): Something went wrong on our side. Please connect again."]
    assert guest.transport.disconnecting


def test_who_closes_one_side_gets_every_answer(guest):
    half = IHalfCloseableProtocol(guest.wrapper)
    guest.send(FROM + b"ann\n/ping last\n")
    half.readConnectionLost()
    half.writeConnectionLost()
    assert guest.read()[-1] == "(server): pong last"
    assert guest.transport.disconnecting


def test_a_header_that_ends_too_early_is_a_sentence(server, guest):
    guest.send(FROM[:-1])
    guest.wrapper.readConnectionLost()
    assert guest.read() == ["(server): The PROXY header is wrong: it ends too early. Goodbye."]
    assert guest.transport.disconnecting


def test_who_only_looks_whether_the_port_is_open_is_no_news(server, guest):
    guest.wrapper.readConnectionLost()
    assert guest.read() == []
    assert guest.transport.disconnecting
    assert not server.factory.refusals.counts


def test_a_header_of_its_own_behind_the_header_is_typed_by_the_client(guest):
    guest.send(FROM * 2)
    assert guest.read()[0] == WELCOME
    assert guest.chat.address == IPv4Address("TCP", "192.0.2.7", 4711)


@given(st.sampled_from([header for header, _ in RIGHT]), st.lists(st.integers(1, 60), max_size=6))
def test_however_it_is_cut_the_answers_are_the_same(header, cuts):
    server = Server()
    data = header + b"ann\n/ping one\n/ping two\n/quit\n"
    guest = Proxied(server)
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(data)], strict=True):
        guest.send(data[start:end])
    welcome, _, *rest = guest.read()
    assert [welcome, *rest] == [WELCOME, "(server): pong one", "(server): pong two", "(server): Goodbye, ann."]
    server.end()


def test_between_the_proxy_and_the_chat_there_may_be_something_else(server):
    """TLS, for one."""
    guest = Proxied(server, WrappingFactory)
    assert awaits_header(guest.chat.transport)
    guest.send(FROM + b"ann\n")
    assert not awaits_header(guest.chat.transport)
    assert guest.read()[0] == WELCOME
    assert guest.chat.address.host == "192.0.2.7"


class Pages(Protocol):
    """Anything but a chat."""

    def dataReceived(self, data):
        self.transport.write(data.upper())


@pytest.fixture
def pages():
    wrapper = ProxiedFactory(Factory.forProtocol(Pages)).buildProtocol(PROXY)
    wrapper.makeConnection(StringTransport())
    return wrapper


def test_what_is_no_chat_can_be_behind_a_proxy(pages):
    pages.dataReceived(FROM + b"hello")
    assert pages.transport.value() == b"HELLO"
    assert pages.wrappedProtocol.transport.getPeer().host == "192.0.2.7"
    assert not pages.transport.disconnecting
    pages.readConnectionLost()
    pages.writeConnectionLost()
    assert pages.transport.disconnecting


def test_what_is_no_chat_closes_without_a_word_if_there_is_no_header(pages):
    pages.dataReceived(b"GET / HTTP/1.1\r\n")
    pages.dataReceived(FROM + b"hello")
    assert pages.transport.value() == b""
    assert pages.transport.disconnecting


def test_the_log_shows_what_is_behind_the_proxy(server):
    assert ProxiedFactory(server.factory).logPrefix() == "ChatFactory (PROXY)"
    assert ProxiedFactory(ProxiedFactory(server.factory)).logPrefix() == "ChatFactory (PROXY) (PROXY)"
