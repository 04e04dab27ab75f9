"""What is typed behind chat-client."""

import pytest

from chatserver.client.options import Exit, endpoint, parse


@pytest.mark.parametrize(
    ("where", "tls", "string"),
    [
        ("127.0.0.1", False, "tcp:127.0.0.1:55555"),
        ("chat.example", False, "tcp:chat.example:55555"),
        ("chat.example:7", False, "tcp:chat.example:7"),
        ("chat.example:7", True, "tls:chat.example:7"),
        ("::1", False, r"tcp:\:\:1:55555"),
        ("[::1]", False, r"tcp:\:\:1:55555"),
        ("[::1]:7", False, r"tcp:\:\:1:7"),
        ("unix:/run/chat", False, "unix:/run/chat"),
        ("tcp:host=chat.example:port=7", False, "tcp:host=chat.example:port=7"),
        ("tcp:chat.example:7", False, "tcp:chat.example:7"),
    ],
)
def test_endpoints(where, tls, string):
    assert endpoint(where, tls) == string


@pytest.mark.parametrize("where", ["chat.example:0", "chat.example:65536", "chat.example:" + "9" * 5000])
def test_what_is_no_port(where):
    with pytest.raises(ValueError, match="a port is a number from 1 to 65535"):
        endpoint(where)


def test_tls_goes_with_a_host():
    with pytest.raises(ValueError, match="--tls goes with HOST"):
        endpoint("unix:/run/chat", tls=True)


def test_the_defaults():
    options = parse([])
    assert (options.endpoint, options.name, options.plain) == ("tcp:127.0.0.1:55555", None, False)


@pytest.mark.parametrize(
    "typed",
    [
        ["--nonsense"],
        ["a", "b"],
        ["host:0"],
        ["--tls", "unix:/x"],
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
