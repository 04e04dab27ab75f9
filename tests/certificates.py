"""Certificates to test with, and what a client without a socket is served with."""

import datetime
from contextlib import suppress
from ipaddress import ip_address
from types import SimpleNamespace

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from OpenSSL import SSL
from twisted.internet.address import IPv4Address

NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)


class Issued:
    """A key and its certificate, from yesterday on for so many `days`; without an `issuer` it is one itself."""

    def __init__(self, *names, days=2, start=NOW - DAY, issuer=None, key=None, subject="localhost", more=()):
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        self.names = names
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
        builder = x509.CertificateBuilder(
            issuer.certificate.subject if issuer else name,
            name,
            self.key.public_key(),
            x509.random_serial_number(),
            start,
            start + days * DAY,
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(list(map(_name, names))), critical=False)
        for extension in (x509.BasicConstraints(ca=issuer is None, path_length=None), *more):
            builder = builder.add_extension(extension, critical=False)
        self.certificate = builder.sign(issuer.key if issuer else self.key, hashes.SHA256())

    @property
    def key_pem(self):
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def certificate_pem(self):
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def pem(self):
        return self.key_pem + self.certificate_pem


def _name(text):
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def certificate(path, *names, **options):
    """Write a key and its certificate for localhost, or for other names, into one file."""
    path.write_bytes(Issued(*(names or ["localhost"]), **options).pem)
    return path


class Client:
    """One who shakes hands with a server that has these `certificates`, in memory; it has connected to `host`."""

    def __init__(self, certificates, name=None, *, host="127.0.0.1"):
        transport = SimpleNamespace(getHost=lambda: IPv4Address("TCP", host, 1))
        server = certificates.serverConnectionForTLS(None)
        server.set_app_data(SimpleNamespace(transport=transport))
        server.set_accept_state()
        client = SSL.Connection(SSL.Context(SSL.TLS_METHOD))
        client.set_connect_state()
        if name:
            client.set_tlsext_host_name(name if isinstance(name, bytes) else name.encode())
        self._ends = (client, server)

    def served(self):
        """The chain that the server sends, its own certificate first."""
        client, server = self._ends
        while [True for one, other in ((client, server), (server, client)) if _moved(one, other)]:
            pass
        return client.get_peer_cert_chain(as_cryptography=True)


def _moved(one, other):
    """Whether something was on its way."""
    with suppress(SSL.WantReadError):
        one.do_handshake()
    with suppress(SSL.WantReadError):
        other.bio_write(one.bio_read(65536))
        return True
    return False


def served(certificates, name=None, **options):
    """The certificate that somebody is served with."""
    return Client(certificates, name, **options).served()[0]
