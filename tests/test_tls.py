"""TLS over real sockets: the server's ssl: port, and the client's --tls."""

import datetime
import os
import socket
import ssl
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chatserver.client.options import Exit
from chatserver.config import ConfigError
from chatserver.rehearsal import rehearse
from tests.client.test_pipe import CLIENT
from tests.processes import LIMIT, Guest, server

NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)


def certificate(path):
    """Write a key and its own certificate for localhost into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), NOW - DAY, NOW + DAY)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    encoding = serialization.Encoding.PEM
    path.write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + builder.sign(key, hashes.SHA256()).public_bytes(encoding)
    )
    return path


@pytest.fixture
def pem(tmp_path):
    """The server's."""
    return certificate(tmp_path / "localhost.pem")


@pytest.fixture
def ports(tmp_path, pem):
    """A server with a TCP port and a TLS port."""
    secure = f"ssl:0:privateKey={pem}:certKey={pem}:interface=127.0.0.1"
    with server(tmp_path, "-p", secure) as (process, port):
        yield port, int(process.log.until(r"ChatFactory \(TLS\) starting on (\d+)")[1])


def test_people_on_both_kinds_of_port_are_on_one_server(ports, pem):
    plain, secure = ports
    ann = Guest(plain, "ann")
    context = ssl.create_default_context(cafile=pem)
    with context.wrap_socket(
        socket.create_connection(("127.0.0.1", secure), LIMIT), server_hostname="localhost"
    ) as bob:
        bob.sendall(b"bob\nconnect ann\nhello\n")
        assert ann.read_until("hello") == "bob: hello"
        ann.type("/whois bob", "/whois ann")
        assert ann.read_until("bob is here").endswith("connected by TLS.")
        assert ann.read_until("ann is here").endswith("connected in the clear (plain).")
    ann.close()


def test_a_tls_connection_is_closed_as_tls_demands_with_the_goodbye_read(ports, pem):
    context = ssl.create_default_context(cafile=pem)
    connection = socket.create_connection(("127.0.0.1", ports[1]), LIMIT)
    with context.wrap_socket(connection, server_hostname="localhost", suppress_ragged_eofs=False) as bob:
        bob.sendall(b"bob\n/quit\n" + b"x" * 100_000)
        told = b"".join(iter(lambda: bob.recv(65536), b""))
    assert told.endswith(b"(server): Goodbye, bob.\r\n")


def client(port, *options, host="localhost", trusted=""):
    """What the client says and how it ends."""
    return subprocess.run(
        [*CLIENT, f"{host}:{port}", "--tls", *options, "--name", "ann"],
        input=b"/whois ann\n",
        capture_output=True,
        timeout=LIMIT,
        check=False,
        env=os.environ | {"SSL_CERT_FILE": str(trusted)},
    )


def test_the_client_verifies_the_server(ports, pem, tmp_path):
    for known in (client(ports[1], trusted=pem), client(ports[1], "--ca", pem)):
        assert (known.returncode, known.stderr) == (Exit.GOODBYE, b"")
        assert b"connected by TLS." in known.stdout
    other = certificate(tmp_path / "other.pem")
    for unknown in (client(ports[1]), client(ports[1], "--ca", other)):
        assert (unknown.returncode, unknown.stdout) == (Exit.LOST, b"")
        assert unknown.stderr == b"chat-client: the connection was lost: certificate verify failed\n"


def test_an_insecure_client_is_warned(ports):
    taken = client(ports[1], "--insecure", host="127.0.0.1")
    assert taken.returncode == Exit.GOODBYE
    assert b"connected by TLS." in taken.stdout
    assert b"others may read along" in taken.stderr


@pytest.mark.parametrize("text", [None, "no certificate", "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----"])
def test_a_ca_file_that_is_none_is_a_sentence(tmp_path, text):
    path = tmp_path / "ca.pem"
    if text:
        path.write_text(text)
    run = client(1, "--ca", path)
    assert (run.returncode, run.stdout) == (Exit.USAGE, b"")
    assert run.stderr.decode().startswith("chat-client: " + ("there is no certificate in" if text else "cannot read"))


def test_both_are_told_when_one_of_two_is_connected_in_the_clear(ports, pem):
    context = ssl.create_default_context(cafile=pem)
    raw = [socket.create_connection(("127.0.0.1", ports[1]), LIMIT) for _ in range(2)]
    bob, cal = (context.wrap_socket(one, server_hostname="localhost") for one in raw)
    ann = Guest(ports[0], "ann")
    bob.sendall(b"bob\nconnect ann\n")
    warning = "(server): ann is connected in the clear: what you two say can be read on its way."
    ann.read_until("now connected")
    assert ann.read_until("") == warning
    ann.type("goodbye")
    ann.read_until("You said goodbye")
    cal.sendall(b"cal\nconnect bob\ngoodbye\n/quit\n")
    told = b"".join(iter(lambda: cal.recv(65536), b""))
    assert b"now connected to bob\r\n(server): bob is user" in told
    bob.sendall(b"/quit\n")
    told = b"".join(iter(lambda: bob.recv(65536), b"")).decode()
    assert f"(server): You are now connected to ann\r\n{warning}\r\n(server): ann is user" in told
    for guest in (ann, bob, cal):
        guest.close()


def test_a_taken_port(pem):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(ConfigError, match="Address already in use"):
            rehearse([f"ssl:{port}:privateKey={pem}:certKey={pem}:interface=127.0.0.1"])
