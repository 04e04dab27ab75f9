"""twistd finds the plugin, however the project was installed.

Installed into a fresh environment, without a network: Twisted and setuptools are borrowed from that of the tests.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ("chatserver", "contrib", "twisted", "setup.cfg", "pyproject.toml", "README.rst", "LICENSE")
WHERE = (
    "import chatserver, twisted.plugins.chat_plugin as plugin; print(chatserver.__file__, plugin.__file__, sep='\\n')"
)


@pytest.fixture
def source(tmp_path):
    """A copy of what is installed: building leaves files behind."""
    copy = tmp_path / "source"
    copy.mkdir()
    for name in SOURCES:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, copy / name, ignore=shutil.ignore_patterns("__pycache__", "dropin.cache"))
        else:
            shutil.copy(path, copy)
    return copy


@pytest.fixture
def python(tmp_path):
    """The interpreter of an environment of its own."""
    home = tmp_path / "environment"
    venv.create(home, with_pip=False, symlinks=True)
    (site,) = home.glob("lib/python*/site-packages")
    borrowed = sysconfig.get_path("purelib")
    (site / "borrowed.pth").write_text(f"import sys; sys.path.append({borrowed!r})\n")
    return home / "bin" / "python"


def run(*command, **options):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP"))}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=True, env=environment, **options
    ).stdout


@pytest.mark.parametrize("kind", [[], ["--editable"]], ids=["ordinary", "editable"])
def test_twistd_knows_chat(source, python, tmp_path, kind):
    install = [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-build-isolation"]
    run(*install, "--no-index", "--disable-pip-version-check", "--quiet", *kind, source)
    home = source if kind else python.parents[1]
    for path in run(python, "-c", WHERE, cwd=tmp_path).split():
        assert Path(path).is_relative_to(home)
    twistd = [python, "-c", "from twisted.scripts.twistd import run; run()"]
    assert "A line-based chat server" in run(*twistd, "--help", cwd=tmp_path)
    assert "--max-users=" in run(*twistd, "chat", "--help", cwd=tmp_path)
    assert run(*twistd, "chat", "--version", cwd=tmp_path) == f"chatserver {version('twistd-chat')}\n"
    assert "max-users = 7" in run(python.with_name("chatserver"), "--check", "--max-users", "7", cwd=tmp_path)


def test_a_checkout_that_is_not_installed_runs(source, python):
    assert "max-users = 7" in run(python, "-m", "chatserver", "--check", "--max-users", "7", cwd=source)
