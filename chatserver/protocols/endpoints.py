"""Endpoints as people type them: `tls:` is ours, and all else is Twisted's.

Twisted loads this file whenever it looks for a kind of endpoint, and so nothing here needs what may not be installed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from twisted.internet.endpoints import TCP6ServerEndpoint, serverFromString, wrapServerTLS
from twisted.internet.interfaces import IReactorCore, IStreamServerEndpoint, IStreamServerEndpointStringParser
from twisted.plugin import IPlugin
from zope.interface import implementer

_OURS = "chat-tls"
_TLS = re.compile(r"\A(haproxy:)?tls:", re.IGNORECASE)
_SSL = re.compile(r"\A(haproxy:)?ssl:", re.IGNORECASE)
"""Twisted's other TLS: it reads its files only once, and ends the handshake with whoever offers ALPN."""


def server_endpoint(reactor: Any, typed: str) -> IStreamServerEndpoint:
    """The endpoint that was `typed`. The parser of each kind raises what it likes; ours ValueError, TypeError and,
    where TLS is not installed, ImportError.
    """
    if _SSL.match(typed):
        raise ValueError("use tls:FILE:PORT, with the key and certificates in that file")
    endpoint: IStreamServerEndpoint = serverFromString(reactor, _TLS.sub(rf"\1{_OURS}:", typed))
    return endpoint


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
