"""The systemd units: systemd itself finds nothing wrong with them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import LIMIT, ROOT

UNITS = [path for path in (ROOT / "contrib").iterdir() if path.suffix in (".service", ".socket")]
needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")


@pytest.fixture
def units(tmp_path):
    """Copies that start the twistd of this environment."""
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/chatserver", sys.prefix))
    return sorted(map(str, tmp_path.iterdir()))


def analyze(*words):
    command = ["systemd-analyze", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)


@needs_systemd
def test_the_units_are_right(units):
    verdict = analyze("verify", *units)
    assert [line for line in verdict.stderr.splitlines() if "chatserver" in line] == []
    assert verdict.returncode == 0


@needs_systemd
def test_a_mistake_would_be_seen(units):
    unit = Path(units[0])
    unit.write_text(unit.read_text().replace("DynamicUser=", "DynamicUsr="))
    assert "DynamicUsr" in analyze("verify", *units).stderr


def test_every_unit_is_documented():
    text = (ROOT / "docs/operating.rst").read_text()
    assert all(unit.name in text for unit in UNITS)
