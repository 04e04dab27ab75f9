"""The two programs and their options, as far as a manual page and a shell have to know them."""

from __future__ import annotations

from argparse import Action
from dataclasses import dataclass

from chatserver.client import options as client
from chatserver.config import SETTINGS
from chatserver.foreground import Options
from chatserver.protocols.manners import limits
from chatserver.tap import FILES

FILE = "FILE"
"""What stands for the name of a file."""
_VALUES = dict.fromkeys(FILES, FILE) | {"metrics": "PORT", "trusted": "NETWORK"}


@dataclass(frozen=True)
class Option:
    """One option of a program."""

    flags: tuple[str, ...]
    """As they are typed, the short one first."""
    help: str
    value: str = ""
    """What stands for what is typed behind it; empty for a flag."""
    is_repeatable: bool = False
    is_limit: bool = False
    """Limits what one user can do to the others."""

    @property
    def is_last(self) -> bool:
        """Nothing else counts beside it."""
        return self.flags[-1] in ("--help", "--version")


@dataclass(frozen=True)
class Program:
    """A program, and what can be typed behind its name."""

    name: str
    about: str
    options: tuple[Option, ...]
    operand: str = ""
    """What stands for what is typed beside the options; empty if there is nothing."""
    operand_help: str = ""


def server() -> Program:
    """`chatserver`, from its options and its settings."""
    options = Options()
    others = {name.removesuffix("=") for name in options.longOpt} - set(SETTINGS)
    names = (*SETTINGS, *sorted(others))
    return Program("chatserver", options.longdesc, tuple(_server_option(options, name) for name in names))


def _server_option(options: Options, name: str) -> Option:
    setting = SETTINGS.get(name)
    shorts = sorted(f"-{key}" for key, long in options.synonyms.items() if long == name and len(key) == 1)
    value = "N" if setting and setting.is_number else _VALUES.get(name, name.upper())
    return Option(
        (*shorts, f"--{name}"),
        _sentence(options.docs[name]),
        value if f"{name}=" in options.longOpt else "",
        is_repeatable=bool(setting and setting.is_list),
        is_limit=name in {limit.name.replace("_", "-") for limit in limits()},
    )


def chat_client() -> Program:
    """`chat-client`, from its parser."""
    actions = client.parser()._actions  # argparse has no other way to ask for them
    (operand,) = (action for action in actions if not action.option_strings)
    return Program(
        "chat-client",
        f"{client.ABOUT} {client.FACES}",
        tuple(_client_option(action) for action in actions if action.option_strings),
        str(operand.metavar),
        _sentence(operand.help or ""),
    )


def _client_option(action: Action) -> Option:
    value = "" if action.nargs == 0 else str(action.metavar or action.dest.upper())
    return Option(tuple(action.option_strings), _sentence(action.help or ""), value)


def _sentence(help: str) -> str:
    """`help` as one line that begins and ends as a sentence does."""
    words = " ".join(help.split())
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "]")) else ".")
