"""What is typed for one setting: each refusal is a sentence."""

import os
from ipaddress import ip_network
from threading import Thread

import pytest
from twisted.internet.address import IPv4Address, IPv6Address

from chatserver import settings
from chatserver.protocols.address import source_of
from chatserver.settings import ConfigError


@pytest.mark.parametrize(
    ("typed", "port"),
    [
        ("0", "tcp:0"),
        ("55555", "tcp:55555"),
        ("tcp:5:interface=127.0.0.1", "tcp:5:interface=127.0.0.1"),
        ("unix:/tmp/chat", "unix:/tmp/chat"),
        ("haproxy:tcp:5", "haproxy:tcp:5"),
        ("systemd:domain=INET:index=0", "systemd:domain=INET:index=0"),
    ],
)
def test_ports(typed, port):
    assert settings.port(typed) == port


@pytest.mark.parametrize(
    "typed",
    [
        *("", "x", "-5", "tcp:", "tcp:x", "tcp:5:nonsense=1", "systemd:domain=INET", "a\nb", "unix:/tmp/a\0b"),
        *("haproxy:", "haproxy", "haproxy:x:5", "haproxy:tcp:x"),
    ],
)
def test_what_is_no_port_is_named(typed):
    with pytest.raises(ConfigError, match="cannot listen on ") as refusal:
        settings.port(typed)
    assert repr(typed) in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("port", "longer"),
    [
        ("tcp:5", True),
        ("tcp:5:interface=127.0.0.1", True),
        ("tcp6:5", True),
        ("unix:/tmp/chat", True),
        ("haproxy:tcp:5", True),
        ("tcp:5:backlog=7", False),
        ("tcp:5:127.0.0.1:7", False),
        ("systemd:domain=INET:index=0", False),
    ],
)
def test_a_backlog_is_added_where_there_can_be_one_and_is_none(port, longer):
    assert settings.with_backlog(port) == (f"{port}:backlog=1024" if longer else port)


def test_a_backlog_can_be_another_one():
    assert settings.with_backlog("tcp:5", 7) == "tcp:5:backlog=7"


def test_tls_that_is_not_installed_is_a_sentence(monkeypatch):
    def absent(*arguments):
        raise ModuleNotFoundError("No module named 'OpenSSL'")

    monkeypatch.setattr(settings, "server_endpoint", absent)
    with pytest.raises(ConfigError, match=r"TLS is not installed: pip install 'twistd-chat\[tls\]'"):
        settings.port("tls:/etc/chat:5")


def test_whole_numbers():
    assert settings.whole_number("0") == 0
    assert settings.whole_number("64", 64) == 64


@pytest.mark.parametrize(
    ("typed", "least"), [("-1", 0), ("1.5", 0), ("", 0), ("x", 0), ("٣", 0), ("63", 64), ("10000", 0), ("9" * 5000, 0)]
)
def test_what_is_no_whole_number_is_refused(typed, least):
    with pytest.raises(ConfigError, match=f"is no whole number from {least} to 9999"):
        settings.whole_number(typed, least, 9999)


@pytest.mark.parametrize(
    ("typed", "network"),
    [
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("2001:db8::1", "2001:db8::1/128"),
        ("::/0", "::/0"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("::ffff:10.1.2.3", "10.1.2.3/32"),
        ("::FFFF:0a01:203/128", "10.1.2.3/32"),
        ("::ffff:0:0/96", "0.0.0.0/0"),
    ],
)
def test_networks(typed, network):
    assert settings.network(typed) == ip_network(network)


@pytest.mark.parametrize("typed", ["::ffff:10.1.2.3", "::ffff:10.0.0.0/104"])
@pytest.mark.parametrize("comes_from", ["10.1.2.3", "::ffff:10.1.2.3"])
def test_who_comes_from_a_network_that_is_written_as_ipv6_is_in_it(typed, comes_from):
    address = (IPv6Address if ":" in comes_from else IPv4Address)("TCP", comes_from, 5)
    assert source_of(address) == "10.1.2.3"
    assert source_of(address, [settings.network(typed)]) is None


@pytest.mark.parametrize("typed", ["::ffff:0:0/95", "::ffff:10.0.0.0/8"])
def test_more_than_ipv4_written_as_ipv6_is_no_network(typed):
    with pytest.raises(ConfigError, match="of an IPv4 network written as IPv6, the first 96 bits are fixed"):
        settings.network(typed)


@pytest.mark.parametrize("typed", ["fe80::1%eth0", "fe80::%1/64"])
def test_a_network_has_no_zone(typed):
    with pytest.raises(ConfigError, match="without the zone that a % begins"):
        settings.network(typed)


@pytest.mark.parametrize(
    "typed",
    ["", "x", "192.0.2.1/24", "192.0.2.0/33", "::ffff:10.0.0.1/104", "::ffff:10.0.0.0/129", "::ffff:10.0.0.0/x"],
)
def test_what_is_no_network_is_named(typed):
    with pytest.raises(ConfigError, match="is no network and no address") as refusal:
        settings.network(typed)
    assert repr(typed) in str(refusal.value)


def test_the_name():
    assert settings.server_name(" The Café ") == "The Café"


@pytest.mark.parametrize("typed", ["", " ", "x" * 61, "a\nb", "a\x1b[1m", "a\u202eb"])
def test_a_name_that_cannot_be(typed):
    with pytest.raises(ConfigError, match="does not have 1 to 60 characters"):
        settings.server_name(typed)


def test_a_name_that_is_not_utf_8():
    with pytest.raises(ConfigError, match=r"^'Caf\\udce9' is not UTF-8: line 1 has the byte 0xe9 in it$"):
        settings.server_name("Caf\udce9")


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"one\n\ntwo\r\n\n", ("one", "", "two")),
        (b"", ()),
        (b" \n\n", ()),
        ("\ufeffCafé\tat 7".encode(), ("Café at 7",)),
        (
            "\ufffd\U0001f3f4\U000e0067\U000e0062\U000e007f\u200d".encode(),
            ("\ufffd\U0001f3f4\U000e0067\U000e0062\U000e007f\u200d",),
        ),
    ],
)
def test_the_message_of_the_day(tmp_path, data, lines):
    path = tmp_path / "motd"
    path.write_bytes(data)
    assert settings.motd(str(path)) == lines


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"Caf\xe9\n", " is not UTF-8: line 1 has the byte 0xe9 in it"),
        (b"\xef\xbb\xbfone\r\n\ntwo\xc3", " is not UTF-8: line 3 has the byte 0xc3 in it"),
        ("hello".encode("utf-16"), " is not UTF-8: line 1 has the byte 0xff in it"),
        ("hello".encode("utf-16-be"), ", line 1: U+0000 controls a terminal, or hides something"),
        (b"one\n\x1b[1mtwo", ", line 2: U+001B controls a terminal, or hides something"),
        (b"one\rtwo\r", ", line 1: U+000D controls a terminal, or hides something"),
        (b"\nover_\bstruck", ", line 2: U+0008 controls a terminal, or hides something"),
        ("one\ufeff\u202e".encode(), ", line 1: U+FEFF controls a terminal, or hides something"),
    ],
)
def test_a_message_of_the_day_that_nobody_would_read_as_it_is(tmp_path, data, words):
    path = tmp_path / "motd"
    path.write_bytes(data)
    with pytest.raises(ConfigError) as refusal:
        settings.motd(str(path))
    assert str(refusal.value) == f"'{path}'{words}"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/nowhere/motd", "No such file or directory"),
        ("/", "Is a directory"),
        ("", "No such file or directory"),
        ("a\0b", "embedded null byte"),
    ],
)
def test_a_message_of_the_day_that_cannot_be_read(path, why):
    with pytest.raises(ConfigError, match="cannot read ") as refusal:
        settings.motd(path)
    assert str(refusal.value).endswith(f": {why}")


@pytest.mark.parametrize("path", ["/dev/zero", "long"])
def test_a_message_of_the_day_that_is_too_long(tmp_path, path):
    (tmp_path / "long").write_bytes(b"x" * 65537)
    with pytest.raises(ConfigError, match="is longer than 65536 bytes"):
        settings.motd(str(tmp_path / path))


@pytest.fixture
def pipe():
    """The name of a pipe, and its other end."""
    reader, writer = os.pipe()
    with open(writer, "wb") as end:
        yield f"/dev/fd/{reader}", end
    os.close(reader)


def test_a_pipe_is_read_to_its_end(pipe, capsys):
    path, end = pipe
    data = b"x" * 65536
    filling = Thread(target=lambda: (end.write(data), end.close()))
    filling.start()
    assert settings.contents(path) == data
    filling.join()
    assert capsys.readouterr().err == ""


def test_who_waits_for_a_pipe_is_told_so(pipe, monkeypatch):
    path, end = pipe
    said = []

    def told(words, **options):
        said.append(words)
        end.write(b"here")
        end.close()

    monkeypatch.setattr(settings, "PATIENCE_MS", 0)
    monkeypatch.setattr(settings, "print", told, raising=False)
    assert settings.contents(path) == b"here"
    assert said == [f"waiting for {path!r}"]


def test_a_pipe_is_not_read_again(pipe, tmp_path):
    path, _ = pipe
    for other in (path, "/dev/null", "/"):
        with pytest.raises(ConfigError, match=f"cannot read '{other}' again: it is no regular file"):
            settings.refuse_to_read_again(other)
    settings.refuse_to_read_again(__file__)
    for nothing in (f"{tmp_path}/nothing", "x" * 300, "a\0b"):
        settings.refuse_to_read_again(nothing)


def test_metrics_that_are_not_installed_are_a_sentence(monkeypatch):
    assert settings.metrics_port("9555") == "tcp:9555"
    monkeypatch.setattr(settings, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"prometheus_client is not installed: pip install 'twistd-chat\[metrics\]'"):
        settings.metrics_port("9555")


def test_a_refusal_is_one_line_that_ends_whatever_was_typed():
    text = str(ConfigError("a\nb\x1b[1m\udcff" + "x" * 10_000))
    assert text.startswith("a\ufffdb\ufffd[1m\ufffdx")
    assert len(text) <= settings.LONGEST_SENTENCE + 1
