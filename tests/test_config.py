"""All that can be set, and what is made of what was given."""

import re
from dataclasses import fields

import pytest

from chatserver.config import RELOADED, SETTINGS, Config, Given, configured
from chatserver.protocols.manners import Manners
from chatserver.settings import ConfigError
from tests.processes import ROOT


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


OF_CONFIG = [SETTINGS[field.name.replace("_", "-")] for field in fields(Config) if field.metadata]


@pytest.mark.parametrize("setting", OF_CONFIG, ids=lambda setting: setting.name)
def test_an_operator_can_read_of_each_setting(setting):
    rows = (ROOT / "docs/operating.rst").read_text().split("   * - ")
    (row,) = (row for row in rows if row.startswith(f"``--{setting.name}``"))
    _, default, what, at_a_reload = re.split(r"\n     - ", row.split("\n\n")[0].rstrip())
    assert default == ("off" if setting.is_flag else setting.default or "none")
    assert what == setting.help[:1].lower() + setting.help[1:].removesuffix(".")
    assert at_a_reload == ("changes" if setting.field in RELOADED else "stays")


@pytest.mark.parametrize("setting", OF_CONFIG, ids=lambda setting: setting.name)
def test_the_readme_lists_each_setting_with_its_default(setting):
    text = (ROOT / "README.rst").read_text()
    (row,) = re.findall(rf"(?:^|, )``--{setting.name}`` .*(?:\n  .*)*", text, re.MULTILINE)
    if setting.default and not setting.is_flag:
        assert f"({'no limit' if setting.default == '0' else setting.default})" in row
