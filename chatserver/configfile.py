"""The configuration file: TOML with every option by its long name, and nothing else."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from chatserver.config import SETTINGS, Given, Setting
from chatserver.settings import ConfigError, contents, refuse_to_read_again, utf_8

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LARGE = 10**18
"""Larger than any number that can be set. Python makes no text of one with thousands of digits."""


def read(path: str, again: bool = False) -> dict[str, Given]:
    """What the file `path` gives for each setting that it names. If it is read `again`, it cannot be a pipe, nor empty,
    as a file is that an editor begins to write. Raises ConfigError.
    """
    if again:
        refuse_to_read_again(path)
    text = utf_8(contents(path), repr(path))
    if again and not text.strip():
        raise ConfigError(f"{path!r} is empty, as if somebody were writing it; a comment would mean all defaults")
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path!r} is no TOML: {error}") from error
    return {name: Given(f"{path}: {name}", _value(path, name, value)) for name, value in table.items()}


def _value(path: str, name: str, value: object) -> str | bool | list[str]:
    if name not in SETTINGS:
        near = get_close_matches(name.replace("_", "-"), SETTINGS, n=1)
        raise ConfigError(f"{path}: there is no option {name!r}" + (f"; is it {near[0]}?" if near else ""))
    setting = SETTINGS[name]
    if setting.is_flag and isinstance(value, bool):
        return value
    items = value if isinstance(value, list) else [value]
    is_right = all(isinstance(item, str | int) and not isinstance(item, bool) for item in items)
    if setting.is_flag or not is_right or (isinstance(value, list) and not setting.is_list):
        raise ConfigError(f"{path}: {name} has to be {_kind(setting)}")
    texts = [str(max(-LARGE, min(item, LARGE))) if isinstance(item, int) else str(item) for item in items]
    if name == "motd":  # which is beside this file, unless it says where
        texts = [str(Path(path).parent / text) for text in texts]
    return texts if setting.is_list else texts[0]


def _kind(setting: Setting) -> str:
    if setting.is_flag:
        return "true or false"
    return "a list of texts" if setting.is_list else "a whole number" if setting.is_number else "a text"


def written(given: Mapping[str, Given], notes: Mapping[str, str]) -> str:
    """A file that sets what is given, and all else to what it is by itself, each with its help; `notes` are put behind
    the help of those settings that they are about.
    """
    return "\n".join(_lines(setting, given, notes.get(name, "")) for name, setting in SETTINGS.items())


def _lines(setting: Setting, given: Mapping[str, Given], note: str) -> str:
    value = given[setting.name].value if setting.name in given else None
    sign = "" if value or setting.default or setting.is_flag else "# "
    if setting.is_flag or setting.is_number:
        shown = str(value or setting.default).lower()
    else:
        default = [setting.default][: len(setting.default)] if setting.is_list else setting.default
        shown = json.dumps(value or default, ensure_ascii=False).replace("\x7f", "\\u007f")
    return "".join(f"# {line}\n" for line in (setting.help, *note.splitlines())) + f"{sign}{setting.name} = {shown}\n"
