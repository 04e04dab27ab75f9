"""What is committed is what the programs' options make of it."""

import pytest

from contrib.shell import __main__ as shell
from tests.processes import ROOT


@pytest.mark.parametrize("path", shell.made(), ids=lambda path: path.name)
def test_each_file_is_as_it_would_be_written_now(path):
    assert path.read_text("utf-8") == shell.made()[path], "write it anew: python -m contrib.shell"


def test_each_is_installed():
    setup = (ROOT / "setup.cfg").read_text()
    assert [path for path in shell.made() if f"    {path.relative_to(ROOT)}\n" not in setup] == []


def test_they_are_written(tmp_path, monkeypatch):
    monkeypatch.setattr(shell, "HERE", tmp_path)
    shell.main()
    written = {path.relative_to(tmp_path): path.read_text("utf-8") for path in tmp_path.rglob("*") if path.is_file()}
    assert written == {path.relative_to(tmp_path): text for path, text in shell.made().items()}
    assert len(written) == 6
