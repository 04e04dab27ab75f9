"""Too many at the door: from one address, without a name, or more than there is room for.

A haproxy: port lets the tests come from any address.
"""

import signal

import pytest

from tests.processes import Guest, server

LIMITS = ["--newcomers-per-address", "4", "--newcomers", "6", "--per-address", "8", "--per-minute", "0"]


@pytest.fixture
def street(tmp_path):
    with server(tmp_path, *LIMITS, "--bad-names", "3", endpoint="haproxy:tcp") as (process, port):
        yield process, port
        assert "Traceback" not in process.log.text


def come(port, address, typed=b"", name=None):
    """Somebody comes from `address`, which the server learns with the first data."""
    guest = Guest(port)
    guest.send(b"PROXY TCP4 %s 192.0.2.99 5 5\r\n" % address.encode() + typed)
    if name:
        guest.type(name)
        guest.read_until("Hello")
    return guest


def is_closed_with(guest, sentence):
    lines = guest.rest()
    guest.close()
    return lines[-1] == f"(server): {sentence}"


def test_clones(street):
    _, port = street
    clones = [come(port, "192.0.2.1", name=f"clone{number}") for number in range(8)]
    assert is_closed_with(
        come(port, "192.0.2.1", b"x"), "There are 8 connections from your address already. Please try again later."
    )
    come(port, "192.0.2.2", name="honest").close()
    for clone in clones:
        clone.__exit__()


def test_too_many_lately(tmp_path):
    with server(tmp_path, "--per-minute", "2", endpoint="haproxy:tcp") as (process, port):
        for number in range(2):
            come(port, "192.0.2.1", name=f"n{number}").__exit__()
        for _ in range(10):
            assert is_closed_with(
                come(port, "192.0.2.1", b"x"),
                "More than 2 connections a minute from your address. Please try again later.",
            )
        come(port, "192.0.2.2", name="honest").close()
        assert process.log.text.count("refused 192.0.2.1") == 1


def test_the_silent_make_room(street):
    _, port = street
    silent = []
    for number in range(12):
        silent.append(come(port, f"192.0.2.{number % 2}", b"half a na"))
        silent[-1].read_until("What is your name?")
        silent[-1].send(b"\n/ping\n")
        silent[-1].read_until("pong")
    for guest in silent[:6]:
        assert is_closed_with(guest, "Too many are waiting without a name. Please connect again.")
    come(port, "192.0.2.9", name="honest").close()
    for guest in silent:
        guest.close()


def test_a_newcomer_has_so_many_names(street):
    _, port = street
    guest = come(port, "192.0.2.1")
    guest.type("1", "server", "")
    assert is_closed_with(guest, "3 names that cannot be had. Goodbye.")


def test_a_newcomer_has_so_much_time(tmp_path):
    with server(tmp_path, "--login-timeout", "1") as (_, port):
        slow = Guest(port)
        slow.send(b"never fini")
        assert slow.lines.read().endswith("(server): No name within 1 s. Goodbye.\r\n")
        slow.close()


def test_more_users_than_open_files(tmp_path):
    with server(tmp_path, files=92) as (process, port):
        process.log.until("open for 60 users; the open-file limit is 92")
        users = [Guest(port, f"user{number}") for number in range(60)]
        for _ in range(30):
            assert is_closed_with(Guest(port), "The server is full (60 of 60 users). Please try again later.")
        users[0].__exit__()
        users[0] = Guest(port, "again")
        assert users[1].told("/ping")[-1] == "(server): pong"
        for user in users:
            user.close()
        assert "Traceback" not in process.log.text
        assert process.log.text.count("refused 127.0.0.1") == 1


def test_a_server_that_stands_still_while_400_connect(host):
    host.process.send_signal(signal.SIGSTOP)
    guests = [host.guest() for _ in range(400)]
    host.process.send_signal(signal.SIGCONT)
    for guest in guests:
        assert guest.read_until("name?") == "(server): Welcome to chatserver. What is your name?"
        guest.close()


def test_450_connects_and_resets(host):
    def storm():
        for number in range(450):
            guest = host.guest()
            guest.send(b"user%d\n" % number)
            guest.reset()
        host.is_as_before()

    storm()
    before = host.memory
    storm()
    assert host.memory - before < 2048


def test_a_name_is_free_after_a_reset(host):
    for _ in range(20):
        ann = host.guest("ann")
        ann.reset()
        with host.guest() as again:
            again.type("ann")
            again.read_until("Hello, ann.")


def test_of_two_who_want_a_name_at_once_one_gets_it(host):
    for _ in range(20):
        with host.guest() as first, host.guest() as second:
            first.read_until("name?")
            second.read_until("name?")
            first.type("ann")
            second.type("ANN")
            answers = sorted(next(guest.lines) for guest in (first, second))
            assert "Hello, " in answers[0]
            assert " is taken. What is your name?" in answers[1]


@pytest.mark.parametrize("typed", ["/users", "/whois ann", "/dm ann hi", "/bc hi", "status", "connect ann", "GET"])
def test_nothing_before_the_name_says_who_is_here(host, typed):
    with host.guest("ann") as ann, host.guest() as stranger:
        told = stranger.told(typed)
        assert told == [
            "(server): Welcome to chatserver. What is your name?",
            "(server): First your name, please. What is your name?",
        ]
        assert ann.told() == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (b"ann\n", "This port is for a proxy that sends a PROXY header first. Goodbye."),
        (b"PROXY TCP4 \xff\r\n", "The PROXY header is wrong: it does not have two addresses and two ports. Goodbye."),
    ],
)
def test_who_comes_past_the_proxy_reads_why_that_cannot_be_while_still_sending(street, typed, sentence):
    process, port = street
    for _ in range(10):
        guest = Guest(port)
        guest.send(typed)
        guest.send(b"x" * 1_000_000)
        assert guest.rest() == [f"(server): {sentence}"]
        guest.close()
    process.log.until("refused 127.0.0.1: ")
    assert process.log.text.count("refused 127.0.0.1") == 1


def test_who_half_closes_behind_a_proxy_gets_every_answer(street):
    _, port = street
    for number in range(20):
        guest = come(port, "192.0.2.1", b"ann%d\n" % number + b"/help\n" * 20 + b"/ping last\n")
        assert guest.rest()[-1] == "(server): pong last"
        guest.close()
