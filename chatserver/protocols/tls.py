"""TLS for a port: certificates that are read again when their files change, and no quarrel about ALPN."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timezone

from OpenSSL import SSL
from twisted.internet.interfaces import IOpenSSLServerConnectionCreator
from twisted.internet.ssl import CertificateOptions
from twisted.logger import Logger
from twisted.protocols.tls import TLSMemoryBIOProtocol
from zope.interface import implementer

from chatserver.protocols.address import host
from chatserver.protocols.certificates import NAMELESS, CertifiedKey, Choice, certified_keys
from chatserver.protocols.pem import PemError, PemFiles

_log = Logger()

LOOK_EVERY = 1.0
"""Seconds after which whoever connects makes us look at the files again."""


def _wall_time() -> datetime:
    return datetime.now(timezone.utc)


@implementer(IOpenSSLServerConnectionCreator)
class Certificates:
    """What clients are served with: the certificates in `path`, a file or a folder, as they are by now.

    `seconds` is monotonic time, by which the files are looked at; `now` is the time by which certificates are valid.
    Raises PemError if anything is wrong with the files. When that comes later it is logged, once, and what was served
    before still is.
    """

    def __init__(
        self, path: str, seconds: Callable[[], float] = time.monotonic, now: Callable[[], datetime] = _wall_time
    ) -> None:
        self._path = path
        self._seconds = seconds
        self._now = now
        self._looked = seconds()
        self._files = PemFiles(path)
        self._files.look()
        self._choice = Choice(())
        self._contexts: dict[CertifiedKey, SSL.Context] = {}
        self._troubles = self._take()
        if self._troubles or not self._contexts:
            raise PemError((*self._troubles, f"there is no certificate with its key in {path!r}")[0])

    def serverConnectionForTLS(self, protocol: TLSMemoryBIOProtocol) -> SSL.Connection:
        """A connection, which gets its certificate when the client has said whom it wants."""
        if self._seconds() - self._looked >= LOOK_EVERY:
            self._looked = self._seconds()
            if self._files.look():
                self._renew()
        return SSL.Connection(next(iter(self._contexts.values())))

    def _renew(self) -> None:
        """Serve what the files have now, and log what is new of it, and of what is wrong."""
        contexts, troubles = self._contexts, self._troubles
        self._troubles = self._take()
        if new := self._contexts.keys() - contexts:
            names = _listed({name for one in new for name in one.names or (NAMELESS,)})
            _log.info("certificates have been read again: {names}", event="renewed", path=self._path, names=names)
        if reasons := "; ".join(trouble for trouble in self._troubles if trouble not in troubles):
            text = "certificates cannot be read again: {reason}; those from before still serve"
            _log.warn(text, event="not_renewed", path=self._path, reason=reasons)

    def _take(self) -> list[str]:
        """Serve what the files have; what is wrong with that, a sentence each."""
        made, troubles = certified_keys(self._files.contents)
        contexts = {one: context for one in made if (context := self._prepared(one, troubles))}
        self._choice = Choice(contexts, self._choice)
        self._contexts = {one: contexts.get(one) or self._contexts[one] for one in self._choice.in_use}
        if self._choice.kept:
            troubles.append(f"there is none any more in {self._path!r} for {_listed(self._choice.kept)}")
        return [*self._files.troubles, *troubles]

    def _prepared(self, one: CertifiedKey, troubles: list[str]) -> SSL.Context | None:
        """None if OpenSSL does not like it, which is then among the `troubles`."""
        try:
            return self._contexts.get(one) or self._context_of(one)
        except SSL.Error as error:
            troubles.append(f"OpenSSL refuses what is in {one.path!r}: {_reason(error)}")
            return None

    def _context_of(self, one: CertifiedKey) -> SSL.Context:
        """Raises SSL.Error."""
        context = CertificateOptions().getContext()
        context.use_certificate(one.certificate)
        context.use_privatekey(one.key)
        for issuer in one.chain:
            context.add_extra_chain_cert(issuer)
        context.check_privatekey()
        context.set_tlsext_servername_callback(self._serve)
        # A chat has no name in ALPN (RFC 7301). Twisted would end the handshake with whoever offers one.
        context.set_alpn_select_callback(lambda connection, offered: SSL.NO_OVERLAPPING_PROTOCOLS)
        return context

    def _serve(self, connection: SSL.Connection) -> None:
        """Give it its certificate. A client that has connected to an address names no host (RFC 6066, section 3)."""
        name = connection.get_servername()
        asked = name.decode("ascii", "replace").lower() if name else host(connection.get_app_data().transport.getHost())
        connection.set_context(self._contexts[self._choice.choose(asked, self._now())])


def _listed(names: Iterable[str]) -> str:
    return ", ".join(name or "nobody by name" for name in sorted(names))


def _reason(error: SSL.Error) -> str:
    match error.args:
        case [[(*_, str(words)), *_]]:  # pyOpenSSL: a list of (library, function, reason)
            return words
    return str(error)
