"""Options to Config; what is wrong ends with one sentence."""

import socket
from ipaddress import ip_network

import pytest

from chatserver.config import Config
from chatserver.protocols.manners import Manners, limits
from chatserver.tap import Options, makeService


def parsed(*typed):
    options = Options()
    options.parseOptions(list(typed))
    return options


def test_the_defaults():
    assert parsed().config == Config()


def test_every_option(tmp_path):
    motd = tmp_path / "motd"
    motd.write_text("be nice\n")
    typed = "-p 0 --port tcp:0:interface=127.0.0.1 --name home --max-users 5 --lobby --quiet"
    typed += f" --motd {motd} --login-timeout 7 --max-line 100 --burst 3 --trusted 10.0.0.0/8 --trusted ::2"
    assert parsed(*typed.split()).config == Config(
        ports=("tcp:0", "tcp:0:interface=127.0.0.1"),
        name="home",
        motd=("be nice",),
        max_users=5,
        lobby=True,
        quiet=True,
        trusted=(ip_network("10.0.0.0/8"), ip_network("::2")),
        manners=Manners(login_timeout=7, max_line=100, burst=3),
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["-p", "x"], "cannot listen on 'x': "),
        (["--max-users", "-1"], "--max-users is a whole number from 0 to 1000000, not '-1'"),
        (["--max-line", "5"], "--max-line is a whole number from 64 to 65536, not '5'"),
        (["--login-timeout", ""], "--login-timeout is a whole number from 0 to 1000000, not ''"),
        (["--name", ""], "--name has 1 to 60 characters"),
        (["--motd", "/nowhere"], "cannot read --motd '/nowhere': it is no file"),
        (["--motd", ""], "cannot read --motd ''"),
        (["--trusted", "10.0.0.1/8"], "--trusted is a network or an address, not '10.0.0.1/8'"),
        (["--nonsense"], "option --nonsense not recognized"),
        (["--port"], "option --port requires argument"),
        (["55555"], "takes options only, not '55555'"),
    ],
)
def test_a_wrong_option_is_one_sentence(typed, words):
    with pytest.raises(SystemExit) as refusal:
        parsed(*typed)
    assert str(refusal.value).startswith(f"twistd chat: {words}")
    assert "\n" not in str(refusal.value)


def test_a_taken_port_is_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = f"tcp:{listener.getsockname()[1]}:interface=127.0.0.1"
        with pytest.raises(SystemExit) as refusal:
            makeService(parsed("-p", port))
    assert str(refusal.value) == f"twistd chat: cannot listen on {port!r}: Address already in use"


def test_the_service_listens_only_when_it_is_started():
    service = makeService(parsed("-p", "0", "-p", "0"))
    assert [part._waitingForPort for part in service] == [None, None]


def test_help_names_every_option_and_its_default():
    text = str(parsed())
    for option in ("--port=", "--name=", "--motd=", "--max-users=", "--trusted=", "--lobby", "--quiet"):
        assert option in text
    for default in ("55555", "chatserver"):
        assert default in text
    words = " ".join(text.split())
    for limit in limits():
        option = "--" + limit.name.replace("_", "-")
        assert f"{option}= {limit.metadata['help']} [default: {limit.default}]" in words
    assert all(len(line) <= 80 for line in text.splitlines())


def test_the_version(capsys):
    with pytest.raises(SystemExit):
        parsed("--version")
    assert capsys.readouterr().out.startswith("chatserver ")
