"""What is typed behind chat-client."""

from importlib.metadata import PackageNotFoundError, version

import pytest

from chatserver.client import options
from chatserver.client.options import Exit, address, endpoint, parse


@pytest.mark.parametrize(
    ("where", "string", "host_and_port"),
    [
        ("127.0.0.1", "tcp:127.0.0.1:55555", ("127.0.0.1", 55555)),
        ("chat.example", "tcp:chat.example:55555", ("chat.example", 55555)),
        ("chat.example:7", "tcp:chat.example:7", ("chat.example", 7)),
        ("::1", r"tcp:\:\:1:55555", ("::1", 55555)),
        ("[::1]", r"tcp:\:\:1:55555", ("::1", 55555)),
        ("[::1]:7", r"tcp:\:\:1:7", ("::1", 7)),
        ("unix:/run/chat", "unix:/run/chat", None),
        ("tcp:host=chat.example:port=7", "tcp:host=chat.example:port=7", None),
        ("tcp:chat.example:7", "tcp:chat.example:7", None),
    ],
)
def test_endpoints(where, string, host_and_port):
    assert (endpoint(where), address(where)) == (string, host_and_port)


@pytest.mark.parametrize("where", ["chat.example:0", "chat.example:65536", "chat.example:" + "9" * 5000])
def test_what_is_no_port(where):
    with pytest.raises(ValueError, match="a port is a number from 1 to 65535"):
        endpoint(where)


def test_tls_goes_with_a_host_and_what_is_believed_with_tls():
    options = parse(["[::1]:7", "--tls", "--ca", "x.pem"])
    assert (options.tls, options.ca, options.insecure) == (("::1", 7), "x.pem", False)


def test_the_defaults():
    options = parse([])
    assert (options.endpoint, options.name, options.tls) == ("tcp:127.0.0.1:55555", None, None)


@pytest.mark.parametrize(
    "typed",
    [
        ["--nonsense"],
        ["a", "b"],
        ["host:0"],
        ["--tls", "unix:/x"],
        ["--ca", "x.pem"],
        ["--insecure"],
        ["--tls", "--ca", "x.pem", "--insecure"],
        ["--name"],
        ["--name", "a\n/bc x"],
        ["--name", "\udc80"],
    ],
)
def test_a_wrong_option_is_a_sentence_and_its_own_status(typed, capsys):
    with pytest.raises(SystemExit) as exit:
        parse(typed)
    assert exit.value.code == Exit.USAGE
    assert "chat-client: error: " in capsys.readouterr().err


def test_help_is_one_screen_and_names_every_status(capsys):
    with pytest.raises(SystemExit):
        parse(["--help"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 24
    assert all(len(line) <= 80 for line in lines)
    statuses = " ".join(lines).partition("exit status:")[2]
    assert all(f"{status.value} " in statuses for status in Exit)


def test_the_version_is_that_of_what_is_installed(capsys, monkeypatch):
    with pytest.raises(SystemExit):
        parse(["--version"])
    assert capsys.readouterr().out == f"chat-client {version('twistd-chat')}\n"

    def unknown(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(options, "version", unknown)
    assert parse([]).bell
    with pytest.raises(SystemExit):
        parse(["--version"])
    assert capsys.readouterr().out == "chat-client, not installed: run from its sources\n"
