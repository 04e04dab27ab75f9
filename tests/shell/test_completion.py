"""Real shells, on a terminal, complete what is typed behind the programs."""

import shlex
import shutil
import subprocess

import pytest
from pytest_twisted import ensureDeferred

from contrib.shell.programs import chat_client, server
from tests.processes import LIMIT, ROOT
from tests.terminal import ENTER, TAB, Terminal

SHELL = ROOT / "contrib/shell"
PROGRAMS = [server(), chat_client()]
ECHOED = r"""show() { printf '<%s>' "$@"; }; chatserver() { show "$@"; }; chat-client() { show "$@"; }"""
"""What is run in the end shows its words."""
START = {
    "bash": (
        "bash --norc --noprofile -i",
        f"HOSTFILE=hosts; . {SHELL}/bash/chatserver; . {SHELL}/bash/chat-client; {ECHOED}",
    ),
    "zsh": (
        "zsh -f -i",
        f"fpath=({SHELL}/zsh $fpath); autoload -Uz compinit; compinit -u -D;"
        f" zstyle ':completion:*' hosts chat.example; {ECHOED}",
    ),
}
LINES = {
    "chatserver --lob\t": "<--lobby>",
    "chatserver --conf\tsett\t": r"<--config(=|><)settings\.toml>",
    "chatserver --motd=sett\t": r"<--motd=settings\.toml>",
    "chatserver --name sett\t": "<--name><sett>",
    "chatserver -p sett\t": "<-p><sett>",
    "chatserver sett\t": "<sett>",
    "chat-client --ins\t": "<--insecure>",
    "chat-client --tls --ca sett\t": r"<--tls><--ca><settings\.toml>",
    "chat-client --name=sett\t": "<--name=sett>",
    "chat-client chat.e\t": r"<chat\.example>",
}
"""What is typed, and the words that it becomes."""


async def started(shell, folder, **size):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    (folder / "settings.toml").touch()
    (folder / "hosts").write_text("192.0.2.1 chat.example\n")
    command, setup = START[shell]
    terminal = Terminal(shlex.split(command), folder, **size)
    terminal.type(f"cd {folder}; {setup}; PS1='ready> '\n")
    await terminal.until(r"^ready>")
    return terminal


async def leave(terminal):
    terminal.type(b"\x15exit\r")
    await terminal.ended


@ensureDeferred
@pytest.mark.parametrize("shell", START)
async def test_what_tab_makes_of_it(tmp_path, shell):
    terminal = await started(shell, tmp_path)
    for typed, words in LINES.items():
        terminal.type(typed.encode() + ENTER)
        await terminal.until(rf"^{words}")
    await leave(terminal)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_bash_knows_every_option(program):
    function = "_" + program.name.replace("-", "_")
    script = f'. bash/{program.name}; COMP_WORDS=(x --); COMP_CWORD=1; {function}; echo "${{COMPREPLY[@]}}"'
    run = subprocess.run(["bash", "-c", script], cwd=SHELL, capture_output=True, text=True, timeout=LIMIT, check=True)
    assert (run.stdout.split(), run.stderr) == ([option.flags[-1] for option in program.options], "")


@ensureDeferred
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
async def test_zsh_shows_every_option_with_its_help(tmp_path, program):
    terminal = await started("zsh", tmp_path, columns=200, lines=60)
    terminal.type(f"{program.name} --".encode() + TAB)
    for option in program.options:
        await terminal.until(rf"{option.flags[-1]} +-- {option.help.replace('[', '.').replace(']', '.')}")
    await leave(terminal)
