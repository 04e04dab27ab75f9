"""All that can be set, and what is made of what was given."""

from dataclasses import fields

import pytest

from chatserver.config import RELOADED, SETTINGS, Config, Given, configured
from chatserver.protocols.manners import Manners
from chatserver.settings import ConfigError


def test_nothing_given_is_the_default():
    assert configured({}) == Config()


def test_each_setting_has_a_default_that_is_what_it_is_by_itself():
    given = {
        name: Given(name, [setting.default] if setting.is_list else setting.default)
        for name, setting in SETTINGS.items()
        if setting.default and not setting.is_flag
    }
    assert len(given) > 10
    assert configured(given) == Config()


def test_what_is_given_is_read():
    given = {
        "port": Given("", ["5", "unix:x"]),
        "lobby": Given("", True),
        "max-users": Given("", "7"),
        "bad-names": Given("", "3"),
    }
    assert configured(given) == Config(port=("tcp:5", "unix:x"), lobby=True, max_users=7, manners=Manners(bad_names=3))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("max-line", "63", "here: '63' is no whole number from 64 to 65536"),
        ("max-users", "-1", "here: '-1' is no whole number from 0 to 1000000"),
        ("port", [], "here: there has to be one"),
        ("port", ["5", ""], "here: cannot listen on ''"),
        ("trusted", ["x"], "here: 'x' is no network"),
    ],
)
def test_a_refusal_says_where(name, value, words):
    with pytest.raises(ConfigError) as refusal:
        configured({name: Given("here", value)})
    assert str(refusal.value).startswith(words)


def test_no_networks_are_trusted_if_the_list_is_empty():
    assert configured({"trusted": Given("here", [])}) == Config()


def test_all_that_is_listened_on():
    assert Config().endpoints == ("tcp:55555",)
    assert Config(port=("a", "b"), metrics="c").endpoints == ("a", "b", "c")


def test_what_can_change_are_fields():
    assert set(RELOADED) < {field.name for field in fields(Config)}
