"""The systemd units and the container file: what reads them finds nothing wrong, and what can be run of them is run."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.confined import settings
from tests.processes import LIMIT, ROOT, Guest, as_a_shell_starts_it, running, server
from tests.test_install import SOURCES

UNITS = [path for path in (ROOT / "contrib").iterdir() if path.suffix in (".service", ".socket")]
SERVICE = ROOT / "contrib/chatserver.service"
CONFINED = [sys.executable, "-m", "tests.confined", str(SERVICE)]
MANUAL = (ROOT / "docs/operating.rst").read_text()
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


def of_the_unit(name, **replaced):
    """The words of a command of the unit, for this environment."""
    (command,) = re.findall(rf"^{name}=(.*)$", SERVICE.read_text(), re.M)
    for old, new in ({"/opt/chatserver": sys.prefix} | replaced).items():
        command = command.replace(old, new)
    return [*CONFINED, *shlex.split(command)]


@needs_systemd
def test_the_server_works_and_reloads_under_the_filters_of_the_unit(tmp_path):
    """System calls, families of sockets, capabilities: the kernel holds it to them, as the unit asks for it."""
    file = tmp_path / "chatserver.toml"
    here = "tcp:0:interface=127.0.0.1"
    file.write_text(f'port = ["{here}", "unix:{tmp_path}/chat"]\nmetrics = "{here}"\n')
    moved = {"/etc/chatserver.toml": str(file)}
    with running(of_the_unit("ExecStart", **moved), preexec_fn=as_a_shell_starts_it) as process:
        process.log.until("open for")
        guest = Guest(int(process.log.until(r"ChatFactory starting on (\d+)")[1]), "ann")
        metrics = process.log.until(r"MetricsSite starting on (\d+)")[1]
        with urlopen(f"http://127.0.0.1:{metrics}/metrics", timeout=LIMIT) as answer:
            assert b"process_open_fds" in answer.read()
        file.write_text(f"{file.read_text()}max-users = 1\n")
        reload = of_the_unit("ExecReload", **moved, **{"${MAINPID}": str(process.pid)})
        subprocess.run(reload, cwd=ROOT, timeout=LIMIT, check=True)
        process.log.until("read again: open for 1 users")
        file.write_text("max-users = x\n")
        run = subprocess.run(reload, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT, check=False)
        assert (run.returncode, run.stderr[:12]) == (1, "chatserver: ")
        process.send_signal(signal.SIGTERM)
        guest.read_until("shutting down")
        guest.close()
        assert "Traceback" not in process.log.whole()


@needs_systemd
@pytest.mark.parametrize(
    "forbidden", ["socket.socket(socket.AF_NETLINK)", "os.nice(1)", "os.chroot('/')", "os.setpriority(0, 0, 5)"]
)
def test_the_filters_hold(forbidden):
    run = subprocess.run(
        [*CONFINED, sys.executable, "-c", f"import os, socket; {forbidden}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert "PermissionError: [Errno 1] Operation not permitted" in run.stderr


def test_every_unit_is_documented():
    assert all(unit.name in MANUAL for unit in UNITS)


def test_the_manual_speaks_of_what_is_there():
    part = MANUAL.partition("\nStarted by the system\n")[2].partition("\nIn a container\n")[0]
    units = {unit.name for unit in UNITS}
    for names in re.findall(r"systemctl (?:enable --now|start|stop|reload|edit) ([\w.]+\w)", part):
        assert {names, f"{names}.service"} & units
    assert set(re.findall(r"^ +cp (\S+) /etc/systemd/system/$", part, re.M)) == {f"contrib/{name}" for name in units}
    wanted = settings(SERVICE)
    assert f"/run/{wanted['RuntimeDirectory'][0]}/chat" in part
    assert wanted["ExecStart"][-1] in part
    assert f"{int(wanted['LimitNOFILE'][0]):,} open files" in part
    assert f"Type={wanted['Type'][0]}" in part
    assert f"/run/credentials/{SERVICE.name}" in part


CONTAINER = (ROOT / "contrib/Containerfile").read_text().replace("\\\n", "")


def test_the_container_is_made_of_what_is_installed():
    copied = re.findall(r"^COPY (?!--)(.*) /source\S*$", CONTAINER, re.M)
    assert sorted(" ".join(copied).split()) == sorted(SOURCES)


def test_the_container_runs_the_server_as_a_user_who_is_not_root():
    last = CONTAINER.rpartition("\nFROM ")[2]
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", last, re.M)
    assert 'ENTRYPOINT ["chatserver"]' in last
    assert "EXPOSE 55555" in last


def test_the_health_check_of_the_container_asks_a_server(tmp_path):
    program, *words = json.loads(re.search(r"^HEALTHCHECK .* CMD (.*)$", CONTAINER, re.M)[1])
    assert program == "python"

    def healthy(port):
        command = [sys.executable, *(word.replace("55555", str(port)) for word in words)]
        return subprocess.run(command, capture_output=True, timeout=LIMIT, check=False, env=os.environ).returncode == 0

    with server(tmp_path) as (process, port):
        assert healthy(port)
        process.terminate()
        process.wait(LIMIT)
        assert not healthy(port)
    assert "joined" not in process.log.text
