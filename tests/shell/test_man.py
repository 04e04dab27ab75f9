"""The manual pages: what reads them finds nothing wrong with them, and every option in them."""

import re
import shutil
import subprocess

import pytest

from chatserver.client.options import Exit
from contrib.shell import man
from contrib.shell.programs import chat_client, server
from tests.processes import LIMIT

PAGES = man.pages()
CHECKS = {"mandoc": ["mandoc", "-Tlint"], "groff": ["groff", "-man", "-Tutf8", "-ww", "-z"]}
UNDATED = re.compile(r"^mandoc: .*WARNING: missing date.*\n", re.M)
"""What makes the pages knows no date."""


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("check", CHECKS)
def test_nothing_is_wrong_with_it(check, page):
    if not shutil.which(check):
        pytest.skip(f"{check} is not installed")
    run = subprocess.run(CHECKS[check], input=PAGES[page], capture_output=True, text=True, timeout=LIMIT, check=False)
    assert UNDATED.sub("", run.stdout + run.stderr) == ""


@pytest.mark.skipif(not shutil.which("man"), reason="man is not installed")
@pytest.mark.parametrize("program", [server(), chat_client()], ids=lambda program: program.name)
def test_man_shows_every_option(program, tmp_path):
    page = tmp_path / f"{program.name}.1"
    page.write_text(PAGES[page.name])
    command = ["man", "--warnings", "--local-file", page]
    environment = {"MANWIDTH": "300", "MAN_KEEP_FORMATTING": "", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT, check=True)
    assert run.stderr == ""
    text = " ".join(run.stdout.split())
    for option in program.options:
        heads = ", ".join(head(flag, option.value) for flag in option.flags)
        assert f"{heads} {option.help}" in text
    assert text.index("DESCRIPTION") < text.index(" ".join(program.about.split()))


def head(flag, value):
    return flag + ("=" if flag.startswith("--") else " ") * bool(value) + value


def test_every_status_of_the_client_is_told():
    assert re.findall(r"^\\fB(\d)\\fR$", PAGES["chat-client.1"], re.M) == [str(status.value) for status in Exit]
