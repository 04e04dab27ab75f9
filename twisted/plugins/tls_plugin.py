"""Makes our own kind of TLS endpoint known."""

from chatserver.protocols.endpoints import TlsParser

tls = TlsParser()
