"""The log as programs read it."""

import json

from tests.processes import LIMIT, Guest, running, twistd


def test_every_line_is_an_event_with_named_fields(tmp_path):
    options = ["-n", "--logger", "chatserver.jsonlog.stdout", "chat", "-p", "tcp:0:interface=127.0.0.1"]
    with running(twistd(tmp_path, *options)) as process:
        port = int(process.log.until(r"Factory starting on.*?(\d{4,5})\D")[1])
        with Guest(port, "ann") as ann:
            ann.type("/quit")
        process.log.until('"left"')
        process.terminate()
        process.wait(LIMIT)
    events = [json.loads(line) for line in process.log.whole().splitlines()]
    ours = {event["event"]: event for event in events if "event" in event}
    assert list(ours) == ["started", "joined", "left", "stopped"]
    assert (ours["joined"]["user"], ours["left"]["reason"]) == ("ann", "left")
    assert "pace 5" in ours["started"]["limits"]
