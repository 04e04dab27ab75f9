"""Whatever people do to a real server, and however they vanish: its history is a good one, or the checker sees it."""

import pytest

from tests.history.broken import FAULTS
from tests.history.checker import violations
from tests.history.crowd import Crowd
from tests.processes import server

STEPS = 3000


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    with server(tmp_path_factory.mktemp("server")) as (process, port):
        yield port
        assert "Traceback" not in process.log.text


@pytest.mark.parametrize("seed", range(20))
def test_a_crowd_finds_nothing_wrong(port, seed):
    crowd = Crowd(port, seed)
    crowd.run(STEPS)
    assert violations(crowd.stays) == []
    assert crowd.messages > STEPS / 3
    assert crowd.faults > STEPS / 50


SEEN = {
    "lose": "has not read",
    "double": " 2 times",
    "reorder": "out of order",
    "misdeliver": "which was for",
    "pair-one-sidedly": "in a session with|who knows nothing of it|who is with",
    "relay-half-a-line": "which nobody sent whole",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_checker_sees_a_server_that_is_broken(tmp_path, fault):
    with server(tmp_path, fault=fault) as (_, port):
        crowd = Crowd(port, seed=1)
        crowd.run(STEPS)
    found = violations(crowd.stays)
    assert found
    assert any(part in sentence for sentence in found for part in SEEN[fault].split("|")), found
