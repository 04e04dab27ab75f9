"""A port is told, never asked."""

import inspect

import pytest

from chatserver.domain import ports
from chatserver.domain.switchboard import LocalSwitchboard
from chatserver.protocols.crowd import Crowd


def methods(kind):
    return {name: value for name, value in vars(kind).items() if inspect.isfunction(value) and name[0] != "_"}


@pytest.mark.parametrize("port", [ports.Audience, ports.Crowd, ports.Switchboard])
def test_nothing_is_returned_and_everything_is_explained(port):
    for method in methods(port).values():
        assert inspect.signature(method).return_annotation == "None"
        assert method.__doc__


@pytest.mark.parametrize(("port", "implementation"), [(ports.Crowd, Crowd), (ports.Switchboard, LocalSwitchboard)])
def test_what_implements_a_port_has_its_methods_and_no_others(port, implementation):
    assert {name: inspect.signature(method) for name, method in methods(port).items()} == {
        name: inspect.signature(method) for name, method in methods(implementation).items()
    }
