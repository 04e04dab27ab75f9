"""The programs are told of as they are."""

import pytest

from chatserver.foreground import Options
from chatserver.protocols.manners import limits
from contrib.shell.programs import chat_client, server


@pytest.fixture
def of_server():
    return {option.flags[-1]: option for option in server().options}


@pytest.fixture
def of_client():
    return {option.flags[-1]: option for option in chat_client().options}


def test_every_option_of_the_server_is_there(of_server):
    options = Options()
    assert {name.removeprefix("--") + "=" * bool(option.value) for name, option in of_server.items()} == set(
        options.longOpt
    )
    assert of_server["--port"].flags == ("-p", "--port")
    assert all(option.help == " ".join(options.docs[name[2:]].split()) for name, option in of_server.items())


def test_what_stands_for_a_value(of_server, of_client):
    assert {name for name, option in (of_server | of_client).items() if option.value == "FILE"} == {
        "--ca",
        "--config",
        "--motd",
    }
    assert [of_server[name].value for name in ("--port", "--metrics", "--pace", "--lobby")] == ["PORT", "PORT", "N", ""]
    assert [of_client[name].value for name in ("--name", "--tls")] == ["NAME", ""]


def test_limits_and_what_can_be_given_again(of_server):
    assert {name for name, option in of_server.items() if option.is_repeatable} == {"--port", "--trusted"}
    assert sum(option.is_limit for option in of_server.values()) == len(list(limits()))
    assert not of_server["--max-users"].is_limit


def test_what_ends_it(of_server, of_client):
    for options in (of_server, of_client):
        assert {name for name, option in options.items() if option.is_last} == {"--help", "--version"}


def test_the_client_has_a_host_and_every_help_is_a_sentence(of_client):
    assert chat_client().operand == "HOST[:PORT]"
    for option in of_client.values():
        assert option.help[0].isupper()
        assert option.help.endswith(".")
    assert of_client["--tls"].help.startswith("Connect by TLS and")
