"""What Tab completes behind the programs, in bash and zsh."""

from __future__ import annotations

from contrib.shell.programs import FILE, Option, Program, chat_client, server

_BASH = """\
# Made of the options of {name} by: python -m contrib.shell
_{function}() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}}
    # The = of --option=value is a word of its own.
    if [[ $word == "=" ]]; then
        word=
    elif [[ $before == "=" ]]; then
        before=${{COMP_WORDS[COMP_CWORD - 2]}}
    fi
    COMPREPLY=()
    case $before in
        {files}) compopt -o default ;;
        {texts}) ;;
        *) mapfile -t COMPREPLY < <({others}) ;;
    esac
}}
complete -F _{function} {name}
"""
_ZSH = """\
#compdef {name}
# Made of the options of {name} by: python -m contrib.shell
_arguments -S \\
    {rows}
"""


def files() -> dict[str, str]:
    """The completions of both programs and shells, by the path below this folder."""
    programs = (server(), chat_client())
    bash = {f"bash/{program.name}": _bash(program) for program in programs}
    return bash | {f"zsh/_{program.name}": _zsh(program) for program in programs}


def _bash(program: Program) -> str:
    flags = " ".join(option.flags[-1] for option in program.options)
    others = f'compgen -W "{flags}" -- "$word"'
    if program.operand:
        others = f'if [[ $word == -* ]]; then {others}; else compgen -A hostname -- "$word"; fi'
    return _BASH.format(
        name=program.name,
        function=program.name.replace("-", "_"),
        files=" | ".join(flag for option in program.options for flag in option.flags if option.value == FILE),
        texts=" | ".join(flag for option in program.options for flag in option.flags if option.value not in ("", FILE)),
        others=others,
    )


def _zsh(program: Program) -> str:
    rows = [_zsh_row(option) for option in program.options]
    if program.operand:
        rows.append(_quoted(f":{_in_zsh(program.operand)}:_hosts"))
    return _ZSH.format(name=program.name, rows=" \\\n    ".join(rows))


def _zsh_row(option: Option) -> str:
    """A row of `_arguments`, zshcompsys(1)."""
    before = "*" if option.is_repeatable else "(- *)" if option.is_last else ""
    action = f":{option.value}:{'_files' if option.value == FILE else ' '}" if option.value else ""
    what = f"[{_in_zsh(option.help)}]{action}"
    return " ".join(_quoted(f"{before}{_zsh_flag(flag, option.value)}{what}") for flag in option.flags)


def _zsh_flag(flag: str, value: str) -> str:
    if not value:
        return flag
    return f"{flag}=" if flag.startswith("--") else f"{flag}+"


def _in_zsh(text: str) -> str:
    """`text` with nothing in it that means something in a row."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
