"""Endpoints as people type them: `tls:` and `haproxy:` are ours, and all else is Twisted's.

Twisted loads this file whenever it looks for a kind of endpoint, and so nothing here needs what may not be installed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet.endpoints import TCP6ServerEndpoint, serverFromString, wrapServerTLS
from twisted.internet.interfaces import (
    IProtocolFactory,
    IReactorCore,
    IStreamServerEndpoint,
    IStreamServerEndpointStringParser,
)
from twisted.plugin import IPlugin
from zope.interface import implementer

from chatserver.protocols.proxy import ProxiedFactory

_OURS = "chat-tls"
_PROXY = re.compile(r"\Ahaproxy:", re.IGNORECASE)
_TLS = re.compile(r"\Atls:", re.IGNORECASE)
_SSL = re.compile(r"\Assl:", re.IGNORECASE)
"""Twisted's other TLS: it reads its files only once, and ends the handshake with whoever offers ALPN."""


def server_endpoint(reactor: Any, typed: str) -> IStreamServerEndpoint:
    """The endpoint that was `typed`. The parser of each kind raises what it likes; ours ValueError, TypeError and,
    where TLS is not installed, ImportError.
    """
    if proxy := _PROXY.match(typed):
        return server_endpoint(Wrapping(reactor, ProxiedFactory), typed[proxy.end() :])
    if _SSL.match(typed):
        raise ValueError("use tls:FILE:PORT, with the key and certificates in that file")
    endpoint: IStreamServerEndpoint = serverFromString(reactor, _TLS.sub(f"{_OURS}:", typed))
    return endpoint


class Wrapping:
    """A reactor that wraps the factory of each port that it listens on: next to the socket, below TLS."""

    def __init__(self, reactor: Any, wrap: Callable[[IProtocolFactory], IProtocolFactory]) -> None:
        self._reactor = reactor
        self._wrap = wrap

    def __getattr__(self, name: str) -> Any:
        """All else that an endpoint may ask of a reactor."""
        return getattr(self._reactor, name)

    def listenTCP(self, port: int, factory: IProtocolFactory, *options: Any, **named: Any) -> Any:
        return self._reactor.listenTCP(port, self._wrap(factory), *options, **named)

    def listenUNIX(self, address: str, factory: IProtocolFactory, *options: Any, **named: Any) -> Any:
        return self._reactor.listenUNIX(address, self._wrap(factory), *options, **named)

    def adoptStreamPort(self, number: int, family: int, factory: IProtocolFactory) -> Any:
        return self._reactor.adoptStreamPort(number, family, self._wrap(factory))


@implementer(IPlugin, IStreamServerEndpointStringParser)
class TlsParser:
    """`tls:PATH:PORT` with our certificates, and with the words of Twisted's `tls:`."""

    prefix = _OURS

    def parseStreamServer(self, reactor: IReactorCore, *words: Any, **named: Any) -> IStreamServerEndpoint:
        return _tls(reactor, *words, **named)


def _tls(
    reactor: Any, path: str, port: str = "443", backlog: str = "50", interface: str = "::"
) -> IStreamServerEndpoint:
    from chatserver.protocols.tls import Certificates

    if not path:
        raise ValueError("no file and no folder is named")
    endpoint = TCP6ServerEndpoint(reactor, int(port), int(backlog), interface)
    return wrapServerTLS(Certificates(str(Path(path).absolute())), endpoint, reactor)
