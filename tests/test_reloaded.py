"""All that can be set either changes by a reload, for whoever is here and whoever comes, or is known not to change."""

from dataclasses import fields, replace
from ipaddress import ip_network

import pytest
from twisted.internet.testing import MemoryReactorClock

from chatserver.config import RELOADED, SETTINGS, Config
from chatserver.protocols.manners import UNREAD_SECONDS, Manners
from chatserver.service import ChatService
from tests.people import Client

FIXED = {"port", "name", "metrics", "lobby", "quiet"}
"""The fields that a reload cannot change."""


class House:
    """A whole server whose clock and connections are the test's."""

    def __init__(self, config):
        self.clock = MemoryReactorClock()
        self.service = ChatService(config, self.clock)
        self.arrive()

    def arrive(self):
        """Somebody without a name, and ann."""
        self.newcomer = self.connect()
        self.ann = self.enter("ann")

    def leave(self):
        for client in (self.newcomer, self.ann):
            client.hang_up()

    def connect(self):
        return Client(self.service.factory)

    def enter(self, name):
        client = self.connect()
        client.type(name)
        self.greeting = client.read()
        return client

    def wait(self, seconds):
        self.clock.advance(seconds)

    def comers(self, number):
        """How many of so many newcomers may stay."""
        comers = [self.connect() for _ in range(number)]
        return sum(not comer.closed for comer in comers)


def typed_at_once(house):
    house.wait(60)
    return house.ann.told(*["/ping"] * 9).count("(server): pong")


def typed_in_a_second(house):
    at_once = typed_at_once(house)
    for _ in range(10):
        house.wait(0.1)
    return at_once + house.ann.read().count("(server): pong")


def unread(house):
    house.ann.protocol.outbox._outlet.pauseProducing()
    bob = house.enter("bob")
    for _ in range(20):
        bob.told("/dm ann " + "x" * 4000)
    house.wait(UNREAD_SECONDS)
    return house.ann.transport.disconnected


def silent(house):
    house.wait(15)
    return house.newcomer.closed, house.ann.closed


def badly_named(house):
    house.newcomer.type("1", "2", "3")
    return house.newcomer.closed


def named(house):
    return house.enter("bob").closed, [line for line in house.greeting if "Hello" not in line]


def coming(house):
    house.wait(60)
    return house.comers(6), house.newcomer.closed


def all_come_in(house):
    return house.comers(6) == 6


FREE = Manners(
    pace=0, burst=1, login_timeout=0, bad_names=0, newcomers_per_address=0, newcomers=0, per_address=0, per_minute=0
)
"""As few limits as there can be."""


def limited(**limits):
    return {"manners": replace(FREE, **limits)}


CASES = {
    "motd": ({}, {"motd": ("be nice",)}, named),
    "max_users": ({"max_users": 1}, {"max_users": 2}, named),
    "trusted": (limited(per_address=3), limited(per_address=3) | {"trusted": (ip_network("0.0.0.0/0"),)}, all_come_in),
    "max_line": (limited(max_line=64), limited(max_line=99), lambda house: house.ann.told("x" * 80)),
    "pace": (limited(pace=1), limited(pace=3), typed_in_a_second),
    "burst": (limited(pace=1, burst=1), limited(pace=1, burst=7), typed_at_once),
    "max_unread": (limited(max_unread=65536), limited(max_unread=1 << 20), unread),
    "login_timeout": (limited(login_timeout=10), limited(login_timeout=20), silent),
    "bad_names": (limited(bad_names=2), limited(bad_names=4), badly_named),
    "newcomers_per_address": (limited(newcomers_per_address=2), limited(newcomers_per_address=4), coming),
    "newcomers": (limited(newcomers=2), limited(newcomers=4), coming),
    "per_address": (limited(per_address=3), limited(per_address=5), coming),
    "per_minute": (limited(per_minute=2), limited(per_minute=4), coming),
    "idle_timeout": (limited(idle_timeout=10), limited(idle_timeout=20), silent),
}
"""By the name of a field: what makes two Configs, and what tells servers of these apart."""


def test_every_setting_either_changes_or_does_not():
    assert {field.name for field in fields(Config)} == {*RELOADED, *FIXED}
    assert not FIXED & set(RELOADED)
    assert set(CASES) == {setting.field for setting in SETTINGS.values()} - FIXED


@pytest.mark.parametrize("who", ["who is here", "who comes"])
@pytest.mark.parametrize("name", CASES)
def test_a_reload_makes_a_server_as_if_it_had_been_started_so(name, who):
    *changes, seen = CASES[name]
    first, second = (replace(Config(port=("tcp:0",), manners=FREE), **change) for change in changes)
    started = [seen(House(config)) for config in (first, second)]
    assert started[0] != started[1]
    for before, after, expected in ((first, second, started[1]), (second, first, started[0])):
        house = House(before)
        if who == "who comes":
            house.leave()
        house.service._reload(lambda after=after: after)
        if who == "who comes":
            house.arrive()
        assert seen(house) == expected
