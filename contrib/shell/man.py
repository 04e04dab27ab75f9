"""The manual pages."""

from __future__ import annotations

from chatserver.client.options import REASONS
from contrib.shell.programs import Option, Program, chat_client, server
from contrib.shell.roff import bold, escaped, example, filled, italic, item, section, title

_SIGNALS = {
    "SIGINT": "The server stops, and so it does by SIGTERM. Everybody reads that it is shutting down. A second signal"
    " ends it at once.",
    "SIGHUP": "The file of --config is read again. What can change while the server runs changes for everybody. Without"
    " such a file the server stops, unless the signal is ignored, as under nohup.",
}
_STATUSES = {
    "0": "It has printed what was asked for, or was stopped by SIGHUP. Stopped by another signal it ends by that.",
    "1": "It cannot start. A sentence says why.",
}
_EXAMPLES = (
    "chatserver --port 55555 --name 'The Lab' --max-users 50",
    "chatserver --check > chat.toml",
    "chatserver --config chat.toml",
)


def pages() -> dict[str, str]:
    """Both pages, by the name of their file."""
    return {"chatserver.1": _of_server(server()), "chat-client.1": _of_client(chat_client())}


def _of_server(program: Program) -> str:
    ordinary = (option for option in program.options if not option.is_limit)
    limits = (option for option in program.options if option.is_limit)
    return (
        _head(program, "chat server for telnet and netcat")
        + section("Options", *map(_row, ordinary))
        + section("Limits on what one user can do to the others", *map(_row, limits))
        + section("Signals", *(item(bold(name), text) for name, text in _SIGNALS.items()))
        + section("Exit status", *(item(bold(status), text) for status, text in _STATUSES.items()))
        + section("Examples", example(*_EXAMPLES))
        + _see_also("chat-client", "nc", "telnet", "twistd")
    )


def _of_client(program: Program) -> str:
    return (
        _head(program, "chat over a line-based TCP chat server")
        + section("Options", item(italic(program.operand), program.operand_help), *map(_row, program.options))
        + section(
            "Exit status", *(item(bold(f"{status:d}"), f"{why.capitalize()}.") for status, why in REASONS.items())
        )
        + _see_also("chatserver", "nc", "telnet")
    )


def _head(program: Program, summary: str) -> str:
    operand = f" [{italic(program.operand)}]" if program.operand else ""
    return (
        title(program.name, "twistd-chat")
        + section("Name", f"{escaped(program.name)} \\- {escaped(summary)}\n")
        + section("Synopsis", f"{bold(program.name)} [{italic('options')}]{operand}\n")
        + section("Description", filled(program.about))
    )


def _row(option: Option) -> str:
    return item(", ".join(_typed(flag, option.value) for flag in option.flags), option.help)


def _typed(flag: str, value: str) -> str:
    if not value:
        return bold(flag)
    return bold(flag) + ("=" if flag.startswith("--") else " ") + italic(value)


def _see_also(*names: str) -> str:
    return section("See also", ",\n".join(f"{bold(name)}(1)" for name in names) + "\n")
