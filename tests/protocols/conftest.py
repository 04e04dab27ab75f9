"""A server for tests of its connections."""

import pytest

from tests.people import Server


@pytest.fixture
def server():
    """One that has nothing left to be done when everybody is gone."""
    server = Server()
    yield server
    server.end()
