"""Connecting by TLS: whose certificate is believed."""

from __future__ import annotations

from typing import Any

from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.ssl import Certificate, CertificateOptions, optionsForClientTLS, trustRootFromCertificates
from zope.interface import implementer

from chatserver.client.options import Exit, Failed

_END = b"-----END CERTIFICATE-----"


def tls_endpoint(reactor: Any, host: str, port: int, ca: str | None, insecure: bool) -> Any:
    """The way to `host`, whose certificate has to be from one of those in the PEM file `ca`, or else from one that the
    system trusts; an `insecure` one takes any. Raises Failed if there is none in the file.
    """
    creator = _Unverified(host) if insecure else optionsForClientTLS(host, trustRoot=_roots(ca) if ca else None)
    return wrapClientTLS(creator, HostnameEndpoint(reactor, host, port))


def _roots(path: str) -> Any:
    try:
        with open(path, "rb") as file:
            pems = file.read().split(_END)[:-1]
        certificates = [Certificate.loadPEM(pem + _END) for pem in pems]
    except OSError as error:
        raise Failed(Exit.USAGE, f"cannot read --ca {path!r}: {error.strerror}") from None
    except Exception:  # OpenSSL's own words say nothing to a user
        certificates = []
    if not certificates:
        raise Failed(Exit.USAGE, f"there is no certificate in --ca {path!r}")
    return trustRootFromCertificates(certificates)


@implementer(IOpenSSLClientConnectionCreator)
class _Unverified:
    """Encrypts, and asks nobody who the other side is."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._context = CertificateOptions().getContext()

    def clientConnectionForTLS(self, protocol: Any) -> Any:
        from OpenSSL.SSL import Connection

        connection = Connection(self._context, None)
        connection.set_tlsext_host_name(self._host.encode("idna"))
        return connection
