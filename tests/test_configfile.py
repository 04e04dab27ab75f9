"""The configuration file: what it may have in it, and that it is refused in a sentence otherwise."""

import pytest
from hypothesis import given, strategies as some

from chatserver import configfile
from chatserver.config import SETTINGS, Config, Given, configured
from chatserver.settings import ConfigError


@pytest.fixture
def file(tmp_path):
    """Writes a file, and says where."""

    def write(data):
        path = tmp_path / "chat.toml"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return str(path)

    return write


def test_every_kind_of_setting(file, tmp_path):
    (tmp_path / "motd").write_text("be nice\n")
    path = file(
        """
        port = [55555, "unix:/run/chat"]  # a comment
        name = "Café"
        motd = "motd"
        lobby = true
        quiet = false
        pace = 7
        burst = "9"
        trusted = ["192.0.2.0/24"]
        """
    )
    values = {name: given.value for name, given in configfile.read(path).items()}
    assert values == {
        "port": ["55555", "unix:/run/chat"],
        "name": "Café",
        "motd": str(tmp_path / "motd"),
        "lobby": True,
        "quiet": False,
        "pace": "7",
        "burst": "9",
        "trusted": ["192.0.2.0/24"],
    }
    assert configured(configfile.read(path)).motd == ("be nice",)


def test_one_port_needs_no_list(file):
    assert configfile.read(file("port = 5"))["port"].value == ["5"]


def test_the_message_of_the_day_can_be_anywhere(file):
    assert configfile.read(file('motd = "/etc/motd"'))["motd"].value == "/etc/motd"


def test_an_empty_file_and_a_byte_order_mark(file):
    assert configfile.read(file("")) == {}
    assert configfile.read(file(b"\xef\xbb\xbfpace = 1"))["pace"].value == "1"


@pytest.mark.parametrize("data", ["", "\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_not_read_again(file, data):
    path = file(data)
    with pytest.raises(ConfigError, match=f"^'{path}' is empty, as if somebody were writing it; a comment would mean"):
        configfile.read(path, again=True)
    assert configfile.read(file("# nothing"), again=True) == {}


def test_what_is_no_regular_file_is_not_read_again():
    assert configfile.read("/dev/null") == {}
    with pytest.raises(ConfigError, match="cannot read '/dev/null' again"):
        configfile.read("/dev/null", again=True)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("max_user = 5", "there is no option 'max_user'; is it max-users?"),
        ("Lobby = true", "there is no option 'Lobby'; is it lobby?"),
        ("zzz = 1", "there is no option 'zzz'"),
        ("[limits]\npace = 5", "there is no option 'limits'"),
        ("check = true\n", "there is no option 'check'"),
        ('lobby = "yes"', "lobby has to be true or false"),
        ("lobby = 1", "lobby has to be true or false"),
        ("lobby = [true]", "lobby has to be true or false"),
        ("pace = 1.5", "pace has to be a whole number"),
        ("pace = true", "pace has to be a whole number"),
        ("pace = [5]", "pace has to be a whole number"),
        ("port = [[5]]", "port has to be a list of texts"),
        ("port = {a = 1}", "port has to be a list of texts"),
        ("name = 1979-05-27", "name has to be a text"),
    ],
)
def test_what_cannot_be_is_named_with_the_file(file, data, words):
    path = file(data)
    with pytest.raises(ConfigError) as refusal:
        configfile.read(path)
    assert str(refusal.value) == f"{path}: {words}"


@pytest.mark.parametrize("data", ["pace", "pace = 1\npace = 2", "a = " + "[" * 50_000, "x = \0"])
def test_what_is_no_toml_is_one_sentence(file, data):
    path = file(data)
    with pytest.raises(ConfigError) as refusal:
        configfile.read(path)
    assert str(refusal.value).startswith(f"{path!r} is no TOML: ")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("data", "where"),
    [(b"pace = 1\nname = 'Caf\xe9'", "line 2 has the byte 0xe9"), ("a".encode("utf-16"), "line 1 has the byte 0xff")],
)
def test_what_is_not_utf_8_is_one_sentence(file, data, where):
    path = file(data)
    with pytest.raises(ConfigError) as refusal:
        configfile.read(path)
    assert str(refusal.value) == f"{path!r} is not UTF-8: {where} in it"


@pytest.mark.parametrize("path", ["/nowhere/chat.toml", "/", ""])
def test_a_file_that_cannot_be_read(path):
    with pytest.raises(ConfigError, match="cannot read "):
        configfile.read(path)


@pytest.mark.parametrize(("value", "shown"), [("0x" + "f" * 5000, "1" + "0" * 18), ("-" + "9" * 4000, "-1" + "0" * 18)])
def test_a_number_can_be_of_any_size(file, value, shown):
    with pytest.raises(ConfigError, match=f"pace: '{shown}' is no whole number from 0 to 1000000"):
        configured(configfile.read(file(f"pace = {value}")))


def test_a_refused_value_names_the_file(file):
    path = file("max-line = 5")
    with pytest.raises(ConfigError, match=f"^{path}: max-line: '5' is no whole number from 64 to 65536$"):
        configured(configfile.read(path))


def test_what_is_written_has_every_setting_and_notes(file):
    text = configfile.written({}, {"port": "one\ntwo"})
    assert text.startswith(f'# {SETTINGS["port"].help}\n# one\n# two\nport = ["55555"]\n\n')
    assert "\nlobby = false\n" in text
    assert "\nmax-line = 4096\n" in text
    assert '\n# motd = ""\n' in text
    assert "\n# trusted = []\n" in text
    assert all(f"{name} = " in text and setting.help in text for name, setting in SETTINGS.items())
    assert configured(configfile.read(file(text))) == Config()


texts = some.text(some.characters(codec="utf-8"), min_size=1)


@given(name=texts, ports=some.lists(texts, min_size=1), lobby=some.booleans(), pace=some.integers(0, 999))
def test_what_is_written_can_be_read(tmp_path_factory, name, ports, lobby, pace):
    path = tmp_path_factory.mktemp("config") / "chat.toml"
    settings = {
        "name": Given("", name),
        "port": Given("", ports),
        "lobby": Given("", lobby),
        "pace": Given("", str(pace)),
    }
    path.write_text(configfile.written(settings, {}), encoding="utf-8", newline="")
    again = configfile.read(str(path))
    assert {key: again[key].value for key in settings} == {key: given.value for key, given in settings.items()}
