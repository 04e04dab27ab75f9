"""The log as programs read it."""

import json
import subprocess

from tests.processes import LIMIT, ROOT, Guest, Log, twistd


def test_every_line_is_an_event_with_named_fields(tmp_path):
    options = ["-n", "--logger", "chatserver.jsonlog.stdout", "chat", "-p", "tcp:0:interface=127.0.0.1"]
    with subprocess.Popen(twistd(tmp_path, *options), stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        process.log = Log(process.stdout)
        try:
            port = int(process.log.until(r"Factory starting on.*?(\d{4,5})\D")[1])
            with Guest(port, "ann") as ann:
                ann.type("/quit")
            process.log.until('"left"')
        finally:
            process.terminate()
            process.wait(LIMIT)
    events = [json.loads(line) for line in process.log.whole().splitlines()]
    ours = {event["event"]: event for event in events if "event" in event}
    assert list(ours) == ["started", "joined", "left", "stopped"]
    assert (ours["joined"]["user"], ours["left"]["reason"]) == ("ann", "left")
    assert "pace 5" in ours["started"]["limits"]
