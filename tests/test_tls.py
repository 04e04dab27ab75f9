"""TLS over real sockets: the server's tls: port, and the client's --tls."""

import os
import shutil
import socket
import ssl
import subprocess

import pytest
from cryptography.x509 import load_der_x509_certificate

from chatserver import settings
from chatserver.client.options import Exit
from chatserver.config import ConfigError
from chatserver.rehearsal import rehearse
from chatserver.tap import Options
from tests.certificates import Issued, certificate
from tests.client.test_pipe import CLIENT
from tests.processes import LIMIT, ROOT, Guest, server, twistd


@pytest.fixture
def pem(tmp_path):
    """The server's."""
    return certificate(tmp_path / "localhost.pem")


@pytest.fixture
def ports(tmp_path, pem):
    """A server with a TCP port and a TLS port."""
    with server(tmp_path, "-p", f"tls:{pem}:0:interface=127.0.0.1") as (process, port):
        yield port, tls_port(process)


def tls_port(process):
    return int(process.log.until(r"(?:ChatFactory|Site) \(TLS\)(?: \(PROXY\))? starting on (\d+)")[1])


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
        port = f"tls:{pem}:{listener.getsockname()[1]}:interface=127.0.0.1"
        with pytest.raises(ConfigError) as refusal:
            rehearse([port])
    assert str(refusal.value) == f"cannot listen on {port!r}: Address already in use"


def test_certificates_that_break_after_they_were_looked_at_are_a_sentence_too(pem):
    port = settings.port(f"tls:{pem}:0")
    pem.write_text("")
    with pytest.raises(ConfigError) as refusal:
        rehearse([port])
    assert str(refusal.value) == f"cannot listen on {port!r}: there is no PEM in {str(pem)!r}"


def refused(tmp_path, *options):
    """What is said by a server that does not start."""
    command = twistd(tmp_path, "-n", "chat", *options)
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert (run.returncode, run.stdout) == (1, "")
    return run.stderr


@pytest.mark.parametrize("check", [[], ["--check"]])
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (os.mkfifo, "cannot read '{0}': it is no file"),
        (lambda path: path.write_bytes(Issued("localhost").key_pem), "the key in '{0}' fits no certificate"),
    ],
    ids=["pipe", "key"],
)
def test_a_server_without_a_certificate_does_not_start(tmp_path, make, words, check):
    path = tmp_path / "one.pem"
    make(path)
    port = f"tls:{tmp_path}:0:interface=127.0.0.1"
    sentence = f"twistd chat: --port: cannot listen on {port!r}: {words.format(path)}\n"
    assert refused(tmp_path, *check, "-p", port) == sentence


def test_twisteds_other_tls_is_refused(tmp_path):
    port = "ssl:0:privateKey=key.pem"
    words = "use tls:FILE:PORT, with the key and certificates in that file"
    assert refused(tmp_path, "-p", port) == f"twistd chat: --port: cannot listen on {port!r}: {words}\n"


def test_check_prints_the_port_as_it_was_typed(pem, capsys):
    port = f"haproxy:tls:{pem}:0:interface=127.0.0.1"
    with pytest.raises(SystemExit) as end:
        Options().parseOptions(["--check", "-p", port])
    assert end.value.code == 0
    assert f'\nport = ["{port}"]\n' in capsys.readouterr().out


def test_a_running_server_takes_a_renewed_certificate_while_somebody_talks(ports, pem):
    """By the clock of the system: connected to until it does."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE

    def connected():
        return context.wrap_socket(socket.create_connection(("127.0.0.1", ports[1]), LIMIT))

    with connected() as early:
        early.sendall(b"ann\n")
        new, served = Issued("localhost", days=9), None
        pem.write_bytes(new.pem)
        while served != new.certificate:
            with connected() as late:
                served = load_der_x509_certificate(late.getpeercert(True))
        early.sendall(b"/quit\n")
        told = b"".join(iter(lambda: early.recv(65536), b""))
    assert told.endswith(b"(server): Goodbye, ann.\r\n")


def test_a_proxy_sends_its_header_in_front_of_tls(tmp_path, pem):
    with server(tmp_path, endpoint=f"haproxy:tls:{pem}") as (process, _):
        context = ssl.create_default_context(cafile=pem)
        raw = socket.create_connection(("127.0.0.1", tls_port(process)), LIMIT)
        raw.sendall(b"PROXY TCP4 192.0.2.7 127.0.0.1 4711 5\r\n")
        with context.wrap_socket(raw, server_hostname="localhost") as guest:
            guest.sendall(b"ann\n/quit\n")
            assert b"Goodbye, ann." in b"".join(iter(lambda: guest.recv(65536), b""))
        process.log.until(r"joined from 192\.0\.2\.7:4711")


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_curl_which_offers_alpn_reads_the_metrics(tmp_path, pem):
    with server(tmp_path, "--metrics", f"tls:{pem}:0:interface=127.0.0.1") as (process, _):
        process.log.until("open for")
        command = ["curl", "--silent", "--cacert", pem, f"https://localhost:{tls_port(process)}/health"]
        run = subprocess.run(command, capture_output=True, timeout=LIMIT, check=False)
    assert (run.returncode, run.stdout) == (0, b"ok\n")
