"""Runs a command as a systemd unit would, as far as that goes without systemd: `python -m tests.confined UNIT WORDS`.

What counts of the unit: the system calls and the families of sockets, of which a filter is made that the kernel holds
the command to; no capabilities; no way to more rights; the open files; the umask. Not: its user, and what it sees of
the file system. It needs systemd-analyze, which knows the sets of system calls, and libseccomp, which systemd has, too.
"""

import ctypes
import errno
import os
import resource
import socket
import subprocess
import sys
from pathlib import Path

ALLOW, ERRNO, EQUAL = 0x7FFF0000, 0x00050000, 4
"""Of seccomp.h."""
DROP_FROM_BOUND, KEEP_RIGHTS, AMBIENT, CLEAR_ALL = 24, 38, 47, 4
"""Of linux/prctl.h."""


class Comparison(ctypes.Structure):
    """Of an argument of a system call: seccomp.h's scmp_arg_cmp."""

    _fields_ = (("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64))


def settings(unit):
    """What the unit sets, by name: all its values, in order."""
    rows = [line.split("=", 1) for line in Path(unit).read_text().splitlines() if line[:1].isalpha()]
    found = {}
    for name, value in rows:
        found.setdefault(name, []).extend(value.split())
    return found


def allowed_calls(words):
    """The names of the system calls that `SystemCallFilter=` leaves, given all that stands behind it."""
    sets, name = {}, ""
    command = ["systemd-analyze", "--no-pager", "syscall-filter"]
    for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines():
        if line.startswith("@"):
            name = line
        elif line.startswith("    ") and not line.strip().startswith("#"):
            sets.setdefault(name, set()).add(line.strip())

    def calls(word):
        return set().union(*map(calls, sets[word])) if word.startswith("@") else {word}

    allowed, takes_away = calls("@default"), False
    for word in words:
        takes_away = takes_away or word.startswith("~")
        named = calls(word.removeprefix("~"))
        allowed = allowed - named if takes_away else allowed | named
    return allowed


def filter_calls(calls, families):
    """From here on the kernel refuses, with EPERM, all other calls, and sockets of other families."""
    seccomp = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    seccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(seccomp.seccomp_init(ERRNO | errno.EPERM))
    for name in calls:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if name == "socket":
            for family in families:
                rule = Comparison(0, EQUAL, getattr(socket, family), 0)
                assert seccomp.seccomp_rule_add_array(context, ALLOW, number, 1, ctypes.byref(rule)) == 0
        elif number >= 0:  # the others are of other kinds of machine
            assert seccomp.seccomp_rule_add_array(context, ALLOW, number, 0, None) == 0, name
    assert seccomp.seccomp_load(context) == 0


def drop_capabilities():
    """Nor can any be had again. Without them a process of root's is one of any user's who owns root's files."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() == 0:
        for number in range(int(Path("/proc/sys/kernel/cap_last_cap").read_text()) + 1):
            assert libc.prctl(DROP_FROM_BOUND, number, 0, 0, 0) == 0
    assert libc.prctl(AMBIENT, CLEAR_ALL, 0, 0, 0) == 0
    assert libc.prctl(KEEP_RIGHTS, 1, 0, 0, 0) == 0


def main(unit, *command):
    """Become `command`."""
    wanted = settings(unit)
    assert wanted["CapabilityBoundingSet"] == []
    assert wanted["SystemCallErrorNumber"] == ["EPERM"]
    files = int(wanted["LimitNOFILE"][0])
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(files, most), min(files, most)))
    os.umask(int(wanted["UMask"][0], 8))
    drop_capabilities()
    filter_calls(allowed_calls(wanted["SystemCallFilter"]), wanted["RestrictAddressFamilies"])
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
