"""Certificates with their keys, and which of them serves whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chatserver.protocols.pem import Pem, ServerKey

NAMELESS = ""
"""Stands for the name of a certificate that has none."""


@dataclass(frozen=True)
class CertifiedKey:
    """A private key, its certificate, and those between that one and a root, as far as they are there."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    names: tuple[str, ...]
    """The host names, which can begin with `*.`, and the IP addresses that it is for (RFC 9525, section 6)."""
    key: ServerKey = field(compare=False)
    path: str = field(compare=False)
    """The file that the key is from."""

    def is_valid(self, now: datetime) -> bool:
        return self.certificate.not_valid_before_utc <= now <= self.certificate.not_valid_after_utc


def certified_keys(contents: Mapping[str, Pem]) -> tuple[list[CertifiedKey], list[str]]:
    """What the PEM files `contents` (by their paths) make together, and a sentence for each key that fits nothing."""
    by_key: defaultdict[bytes, list[x509.Certificate]] = defaultdict(list)
    by_subject: defaultdict[x509.Name, list[x509.Certificate]] = defaultdict(list)
    for certificate in {certificate for pem in contents.values() for certificate in pem.certificates}:
        by_key[_public_key(certificate)].append(certificate)
        by_subject[certificate.subject].append(certificate)
    keys = [(path, key) for path, pem in contents.items() for key in pem.keys]
    made = [
        CertifiedKey(certificate, _chain(certificate, by_subject), _names(certificate), key, path)
        for path, key in keys
        for certificate in by_key.get(_public_key(key), ())
    ]
    return made, [f"the key in {path!r} fits no certificate" for path, key in keys if _public_key(key) not in by_key]


class Choice:
    """Which of `made` serves whom. For a name that none of them has it is as it was `before`."""

    def __init__(self, made: Iterable[CertifiedKey], before: Choice | None = None) -> None:
        by_name: defaultdict[str, list[CertifiedKey]] = defaultdict(list)
        for one in made:
            for name in one.names or [NAMELESS]:
                by_name[name].append(one)
        earlier: dict[str, list[CertifiedKey]] = before._by_name if before else {}
        self.kept = earlier.keys() - by_name.keys()
        """The names that are as before."""
        self._by_name: dict[str, list[CertifiedKey]] = {**earlier, **by_name}
        self._order = sorted(self._by_name, key=lambda name: (name == NAMELESS, name.removeprefix("*.")))

    @property
    def in_use(self) -> set[CertifiedKey]:
        """All that anybody can be served with."""
        return {one for several in self._by_name.values() for one in several}

    def choose(self, name: str, now: datetime) -> CertifiedKey:
        """What serves those who ask for this host name, or have connected to this IP address: the valid certificate for
        it that lasts longest, or else one that is not valid. For a name that is in none another one's serves: the first
        name's in the alphabet, of those with a valid certificate.
        """
        wildcard = "*." + name.partition(".")[2]
        own = [*self._by_name.get(name, ()), *self._by_name.get(wildcard, ())]
        if own:
            return _best(own, now)
        others = (_best(self._by_name[name], now) for name in self._order)
        return next((one for one in others if one.is_valid(now)), self._by_name[self._order[0]][0])


def _best(several: Iterable[CertifiedKey], now: datetime) -> CertifiedKey:
    return max(several, key=lambda one: (one.is_valid(now), one.certificate.not_valid_after_utc))


def _public_key(owner: x509.Certificate | ServerKey) -> bytes:
    """What tells a public key from others; empty for a certificate with a key of an unknown kind, which is not ours."""
    try:
        return owner.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, UnsupportedAlgorithm):
        return b""


def _chain(
    certificate: x509.Certificate, by_subject: Mapping[x509.Name, Iterable[x509.Certificate]]
) -> tuple[x509.Certificate, ...]:
    """Who issued `certificate`, who issued that, and so on."""
    chain = [certificate]
    while (last := chain[-1]).issuer != last.subject:
        issuers = (one for one in by_subject.get(last.issuer, ()) if one not in chain and _issued(one, last))
        issuer = max(issuers, key=lambda one: one.not_valid_after_utc, default=None)
        if issuer is None:
            break
        chain.append(issuer)
    return tuple(chain[1:])


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    hosts = [name.lower() for name in names.get_values_for_type(x509.DNSName)]
    return (*hosts, *map(str, names.get_values_for_type(x509.IPAddress)))
