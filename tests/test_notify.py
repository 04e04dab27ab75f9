"""What systemd is told, where there is one."""

import socket

import pytest

from chatserver.notify import notify


@pytest.fixture
def manager(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.settimeout(5)
        yield listener


@pytest.mark.parametrize("abstract", [False, True])
def test_it_is_told(manager, tmp_path, monkeypatch, abstract):
    address = f"{tmp_path}/notify"
    manager.bind("\0" + address if abstract else address)
    monkeypatch.setenv("NOTIFY_SOCKET", "@" + address if abstract else address)
    notify("READY=1")
    notify("RELOADING=1", "MONOTONIC_USEC=5")
    assert manager.recv(100) == b"READY=1"
    assert manager.recv(100) == b"RELOADING=1\nMONOTONIC_USEC=5"


def test_one_who_does_not_read_is_not_waited_for(manager, tmp_path, monkeypatch):
    manager.bind(f"{tmp_path}/notify")
    monkeypatch.setenv("NOTIFY_SOCKET", f"{tmp_path}/notify")
    for _ in range(1000):
        notify("READY=1")


@pytest.mark.parametrize("address", ["", "/nowhere", "x" * 500])
def test_where_nobody_listens_nothing_happens(monkeypatch, address):
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    notify("READY=1")
    monkeypatch.delenv("NOTIFY_SOCKET")
    notify("READY=1")
