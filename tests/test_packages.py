"""What is handed out: the wheel has the program and nothing else, the source archive all that it is made of."""

import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.processes import LIMIT, ROOT

LEFT_BEHIND = shutil.ignore_patterns(
    "__pycache__", "*.egg-info", "dropin.cache", ".*", "build", "dist", "_build", "twistd.*"
)
BUILD = "from setuptools import build_meta; build_meta.build_sdist('.'); build_meta.build_wheel('.')"
NAME = "twistd_chat"
PROGRAMS = ("chatserver", "chat-client")
OF_THE_WHEEL = re.compile(rf"{NAME}-[^/]+\.(?:dist-info|data)/")
STRANGER = "chatserver"
"""A distribution of PyPI that is not ours."""
NAMES_THE_STRANGER = re.compile(
    rf"{STRANGER}\[|{STRANGER}[=~<>]=|version\(.{STRANGER}.\)"
    rf"|\b(?:pip3?|pipx|uv)\s+(?:install|wheel|download)\s+(?:[^\s`&|;]+ +)*?['\"]?{STRANGER}(?![\w./:-])"
)
FOLDERS = ("benchmarks", "chatserver", f"{NAME}.egg-info", "contrib", "docs", "tests", "twisted")
FILES = (
    *("CONTRIBUTING.rst", "LICENSE", "MANIFEST.in", "NEWS.rst", "PKG-INFO", "README.rst"),
    *("pyproject.toml", "setup.cfg"),
)


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """The names of what is in the source archive, and in the wheel."""
    copy = tmp_path_factory.mktemp("packages") / "source"
    shutil.copytree(ROOT, copy, ignore=LEFT_BEHIND)
    command = [sys.executable, "-c", BUILD]
    run = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=4 * LIMIT, check=False)
    assert run.returncode == 0, run.stderr
    (source,), (wheel,) = copy.glob(f"{NAME}-*.tar.gz"), copy.glob(f"{NAME}-*.whl")
    with tarfile.open(source) as archive:
        sources = {"/".join(Path(item.name).parts[1:]) for item in archive if item.isfile()}
    return sources, set(zipfile.ZipFile(wheel).namelist())


def files(*folders):
    found = {path.relative_to(ROOT) for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()}
    return {str(path) for path in found if "__pycache__" not in path.parts and path.name != "dropin.cache"}


def test_the_wheel_has_the_program_and_the_plugin(packages):
    _, wheel = packages
    assert {name for name in wheel if not OF_THE_WHEEL.match(name)} == files("chatserver", "twisted")
    assert "twisted/__init__.py" not in wheel


def test_the_wheel_has_what_a_shell_and_man_look_for(packages):
    _, wheel = packages
    share = f"{NAME}-{version('twistd-chat')}.data/data/share"
    assert {name for name in wheel if ".data/" in name} == {
        *(f"{share}/man/man1/{program}.1" for program in PROGRAMS),
        *(f"{share}/bash-completion/completions/{program}" for program in PROGRAMS),
        *(f"{share}/zsh/site-functions/_{program}" for program in PROGRAMS),
    }


def test_the_source_archive_has_all_that_one_works_on(packages):
    sources, _ = packages
    assert files(*FOLDERS) <= sources | {name for name in files("docs") if "/_build/" in name}
    assert {name.split("/")[0] for name in sources} == {*FOLDERS, *FILES}
    assert not {name for name in sources if name.endswith((".pyc", ".so", ".log", ".pid", ".cache"))}


@pytest.mark.parametrize(
    "text",
    [
        f"pip install {STRANGER}",
        f"pip install -U '{STRANGER}'",
        f"(``pip install\n'{STRANGER}[tls]'``)",
        f"/opt/chat/bin/pip install --no-index --find-links wheels {STRANGER}\n",
        f"pipx install {STRANGER}",
        f"{STRANGER}>=0.1",
    ],
)
def test_what_names_the_stranger(text):
    assert NAMES_THE_STRANGER.search(text)


@pytest.mark.parametrize(
    "text", [f"/opt/{STRANGER}/bin/pip install '.[tls]'\n systemctl start {STRANGER}", "pip install 'twistd-chat[tls]'"]
)
def test_what_does_not(text):
    assert not NAMES_THE_STRANGER.search(text)


def test_no_text_takes_the_stranger_for_us():
    texts = [
        path for path in map(ROOT.joinpath, (*files(".ci", *FOLDERS), *FILES)) if path.suffix not in (".png", ".gz")
    ]
    found = {path: NAMES_THE_STRANGER.search(path.read_text("utf-8", "replace")) for path in texts if path.exists()}
    assert {path: match[0] for path, match in found.items() if match} == {}
