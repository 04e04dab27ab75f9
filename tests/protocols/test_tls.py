"""What clients of a TLS port are served with: over real sockets of this machine, and in memory."""

import gc
import socket
import ssl
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import load_der_x509_certificate
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from pytest_twisted import ensureDeferred
from twisted.internet import reactor
from twisted.internet.endpoints import TCP4ServerEndpoint, wrapServerTLS
from twisted.internet.protocol import Factory
from twisted.internet.task import Clock
from twisted.internet.threads import deferToThread
from twisted.logger import LogLevel, formatEvent, globalLogPublisher
from twisted.protocols.wire import Echo

from chatserver.protocols.pem import PemError
from chatserver.protocols.tls import LOOK_EVERY, Certificates
from tests.certificates import DAY, NOW, Client, Issued, certificate, served
from tests.processes import LIMIT

ROOT = Issued(subject="root")
ONE, TWO = (Issued(f"{name}.example", issuer=ROOT, subject=name) for name in ("one", "two"))
RENEWED = Issued("one.example", issuer=ROOT, subject="one", days=9)


@pytest.fixture
def folder(tmp_path):
    """With certificates for two names, and no authority."""
    (tmp_path / "one.pem").write_bytes(ONE.pem)
    (tmp_path / "two.pem").write_bytes(TWO.pem)
    return tmp_path


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def certificates(folder, clock):
    return Certificates(str(folder), clock.seconds)


@pytest.fixture
def log():
    """What an operator reads of it."""
    events, lines = [], []

    def keep(event):
        if event["log_namespace"].startswith("chatserver"):
            events.append(event)
            lines.append(formatEvent(event))

    globalLogPublisher.addObserver(keep)
    yield lines
    globalLogPublisher.removeObserver(keep)
    assert {event["log_level"] for event in events} <= {LogLevel.info, LogLevel.warn}


async def listening(certificates):
    """A port of this machine that says what it is told."""
    factory = Factory.forProtocol(Echo)
    factory.noisy = False
    endpoint = TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1")
    return await wrapServerTLS(certificates, endpoint, reactor).listen(factory)


def connected(port, name, alpn=(), version=None):
    """A socket of somebody who has connected there."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if version:
        context.minimum_version = context.maximum_version = version
    if alpn:
        context.set_alpn_protocols(alpn)
    return context.wrap_socket(
        socket.create_connection(("127.0.0.1", port.getHost().port), LIMIT), server_hostname=name
    )


def echo(guest):
    guest.sendall(b"hello")
    return guest.recv(5)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("alpn", [[], ["h2", "http/1.1"]])
@pytest.mark.parametrize(
    ("name", "issued"),
    [("one.example", ONE), ("TWO.example", TWO), ("other.example", ONE), (None, ONE)],
    ids=["known", "another", "unknown", "absent"],
)
@ensureDeferred
async def test_the_name_decides_and_alpn_nothing(certificates, version, alpn, name, issued):
    port = await listening(certificates)
    with await deferToThread(connected, port, name, alpn, version) as guest:
        assert load_der_x509_certificate(guest.getpeercert(True)) == issued.certificate
        assert guest.selected_alpn_protocol() is None
        assert await deferToThread(echo, guest) == b"hello"
    await port.stopListening()


@ensureDeferred
async def test_tls_1_1_is_too_old(certificates):
    port = await listening(certificates)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.maximum_version = context.minimum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT@SECLEVEL=0")

    def connect():
        with socket.create_connection(("127.0.0.1", port.getHost().port), LIMIT) as raw:
            context.wrap_socket(raw, server_hostname="one.example")

    with pytest.raises(ssl.SSLError) as refusal:
        await deferToThread(connect)
    assert refusal.value.reason == "TLSV1_ALERT_PROTOCOL_VERSION"
    await port.stopListening()


@ensureDeferred
async def test_who_connects_to_an_address_can_verify_it(folder):
    own = folder / "own.pem"
    certificate(own, "zebra.example", "127.0.0.1")
    port = await listening(Certificates(str(folder)))
    context = ssl.create_default_context(cafile=own)

    def connect():
        raw = socket.create_connection(("127.0.0.1", port.getHost().port), LIMIT)
        with context.wrap_socket(raw, server_hostname="127.0.0.1") as guest:
            return echo(guest)

    assert await deferToThread(connect) == b"hello"
    await port.stopListening()


@ensureDeferred
async def test_a_session_goes_on_over_a_renewal_and_the_next_has_the_new_certificate(certificates, folder, clock):
    port = await listening(certificates)
    with await deferToThread(connected, port, "one.example") as before:
        (folder / "one.pem").write_bytes(RENEWED.pem)
        clock.advance(LOOK_EVERY)
        with await deferToThread(connected, port, "one.example") as after:
            assert load_der_x509_certificate(before.getpeercert(True)) == ONE.certificate
            assert load_der_x509_certificate(after.getpeercert(True)) == RENEWED.certificate
            for guest in (before, after):
                assert await deferToThread(echo, guest) == b"hello"
    await port.stopListening()


def test_an_address_is_compared_as_an_address(folder):
    first, own = Issued("192.0.2.1"), Issued("192.0.2.2", "2001:db8::1")
    (folder / "addresses.pem").write_bytes(first.pem + own.pem)
    certificates = Certificates(str(folder))
    for host in ("192.0.2.2", "::ffff:192.0.2.2", "2001:db8:0::1"):
        assert served(certificates, host=host) == own.certificate
    assert served(certificates, host="10.0.0.1") == first.certificate  # which may be it, seen from inside


@pytest.mark.parametrize("name", [b"\xff\xfe", b"*", b"", b"a" * 255, b".", b"*.example"])
def test_whatever_is_asked_for_is_answered(certificates, name):
    assert served(certificates, name) == ONE.certificate


def test_the_chain_is_sent(folder, clock):
    middle = Issued(subject="middle", issuer=ROOT)
    leaf = Issued("a.example", issuer=middle, subject="leaf")
    (folder / "chain.pem").write_bytes(ROOT.certificate_pem + leaf.pem + middle.certificate_pem)
    chain = Client(Certificates(str(folder)), "a.example").served()
    assert chain == [leaf.certificate, middle.certificate, ROOT.certificate]


def test_files_are_looked_at_once_a_second_at_most_and_only_if_somebody_connects(certificates, folder, clock):
    (folder / "one.pem").write_bytes(RENEWED.pem)
    assert served(certificates, "one.example") == ONE.certificate
    clock.advance(LOOK_EVERY * 0.9)
    assert served(certificates, "one.example") == ONE.certificate
    clock.advance(LOOK_EVERY * 0.1)
    assert served(certificates, "one.example") == RENEWED.certificate
    (folder / "one.pem").write_bytes(ONE.pem)
    assert served(certificates, "one.example") == RENEWED.certificate
    clock.advance(LOOK_EVERY)
    assert served(certificates, "one.example") == ONE.certificate
    assert clock.getDelayedCalls() == []


def test_a_renewal_is_logged_once(certificates, folder, clock, log):
    (folder / "one.pem").write_bytes(RENEWED.pem)
    for _ in range(3):
        clock.advance(LOOK_EVERY)
        served(certificates)
    assert log == ["certificates have been read again: one.example"]
    (folder / "one.pem").touch()
    clock.advance(LOOK_EVERY)
    served(certificates)
    assert len(log) == 1


def test_a_new_name_and_one_without_any_are_found(certificates, folder, clock, log):
    new, nameless = Issued("new.example"), Issued()
    (folder / "new.pem").write_bytes(new.pem + nameless.pem)
    clock.advance(LOOK_EVERY)
    assert served(certificates, "new.example") == new.certificate
    assert log == ["certificates have been read again: nobody by name, new.example"]


def test_a_file_that_is_half_written_changes_nothing_and_is_logged_once(certificates, folder, clock, log):
    for end in (100, 200, len(RENEWED.pem) - 40):
        (folder / "one.pem").write_bytes(RENEWED.pem[:end])
        clock.advance(LOOK_EVERY)
        assert served(certificates, "one.example") == ONE.certificate
    (folder / "one.pem").write_bytes(RENEWED.pem)
    clock.advance(LOOK_EVERY)
    assert served(certificates, "one.example") == RENEWED.certificate
    assert log == [
        f"certificates cannot be read again: {str(folder / 'one.pem')!r} is not whole: something begins in it that does"
        " not end; those from before still serve",
        "certificates have been read again: one.example",
    ]


def test_a_file_that_stays_broken_does_not_keep_others_from_being_renewed(certificates, folder, clock, log):
    (folder / "two.pem").write_bytes(b"broken")
    clock.advance(LOOK_EVERY)
    assert served(certificates, "two.example") == TWO.certificate
    (folder / "one.pem").write_bytes(RENEWED.pem)
    clock.advance(LOOK_EVERY)
    assert served(certificates, "one.example") == RENEWED.certificate
    assert served(certificates, "two.example") == TWO.certificate
    assert len(log) == 2


def test_a_key_that_does_not_fit_yet_changes_nothing(certificates, folder, clock, log):
    (folder / "one.pem").write_bytes(RENEWED.key_pem + ONE.certificate_pem)
    clock.advance(LOOK_EVERY)
    assert served(certificates, "one.example") == ONE.certificate
    (line,) = log
    assert f"the key in {str(folder / 'one.pem')!r} fits no certificate" in line


def test_files_that_vanish_change_nothing(certificates, folder, clock, log):
    (folder / "two.pem").unlink()
    clock.advance(LOOK_EVERY)
    assert served(certificates, "two.example") == TWO.certificate
    assert log.pop() == (
        f"certificates cannot be read again: there is none any more in {str(folder)!r} for two.example;"
        " those from before still serve"
    )
    for change in ((folder / "one.pem").unlink, folder.rmdir):
        change()
        for name, issued in [("one.example", ONE), ("two.example", TWO)]:
            clock.advance(LOOK_EVERY)
            assert served(certificates, name) == issued.certificate
    assert ["there is no .pem file" in log[0], "No such file" in log[1], len(log)] == [True, True, 2]


def test_a_handshake_that_began_before_a_renewal_ends_with_the_new_certificate(certificates, folder, clock):
    early = Client(certificates, "one.example")
    for name, subject in (("one.pem", "one.example"), ("two.pem", "two.example")):
        (folder / name).write_bytes(Issued(subject, days=9).pem)
    clock.advance(LOOK_EVERY)
    late = served(certificates, "one.example")
    gc.collect()
    assert early.served() == [late]


def test_one_that_is_not_valid_yet_takes_over_when_it_is(folder):
    later = Issued("one.example", start=NOW + DAY / 2, days=9)
    (folder / "later.pem").write_bytes(later.pem)
    now = NOW
    certificates = Certificates(str(folder), now=lambda: now)
    assert served(certificates, "one.example") == ONE.certificate
    now += DAY
    assert served(certificates, "one.example") == later.certificate


def test_expired_ones_are_served_where_there_is_nothing_else(folder):
    certificates = Certificates(str(folder), now=lambda: NOW + 99 * DAY)
    assert served(certificates, "two.example") == TWO.certificate
    assert served(certificates) == ONE.certificate


def test_the_live_folder_of_certbot(tmp_path, clock):
    """A folder for each name, of links into an archive that keeps the old ones: a renewal changes the links."""
    live, archive = tmp_path / "live", tmp_path / "archive"

    def put(number, *issued):
        for one in issued:
            (name,) = one.names
            for folder in (live / name, archive / name):
                folder.mkdir(parents=True, exist_ok=True)
            for what, text in {
                "privkey": one.key_pem,
                "cert": one.certificate_pem,
                "chain": ROOT.certificate_pem,
                "fullchain": one.certificate_pem + ROOT.certificate_pem,
            }.items():
                (archive / name / f"{what}{number}.pem").write_bytes(text)
                (live / name / f"{what}.pem").unlink(missing_ok=True)
                (live / name / f"{what}.pem").symlink_to(f"../../archive/{name}/{what}{number}.pem")

    put(1, ONE, TWO)
    (live / "README").write_text("This directory contains your keys and certificates.\n")
    for path in (live, live / "one.example", tmp_path):
        certificates = Certificates(str(path), clock.seconds)
        assert Client(certificates, "one.example").served() == [ONE.certificate, ROOT.certificate]
    certificates = Certificates(str(live), clock.seconds)
    put(2, RENEWED)
    clock.advance(LOOK_EVERY)
    assert Client(certificates, "one.example").served() == [RENEWED.certificate, ROOT.certificate]
    assert served(certificates, "two.example") == TWO.certificate


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"no certificate", "there is no PEM in "),
        (ONE.pem[:-40], "is not whole"),
        (ONE.certificate_pem, "there is no certificate with its key in "),
        (ONE.key_pem, "fits no certificate"),
        (TWO.key_pem + ONE.certificate_pem, "fits no certificate"),
        (Issued(key=rsa.generate_private_key(65537, 1024)).pem, "OpenSSL refuses what is in .*: ee key too small"),
    ],
)
def test_a_start_with_anything_wrong_is_refused(folder, text, words):
    path = folder / "three.pem"
    path.write_bytes(text)
    with pytest.raises(PemError, match=words) as refusal:
        Certificates(str(path))
    assert repr(str(path)) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_one_bad_file_in_a_folder_is_named(folder):
    (folder / "three.pem").write_bytes(b"no certificate")
    with pytest.raises(PemError, match=r"there is no PEM in '.*three\.pem'"):
        Certificates(str(folder))


@pytest.mark.parametrize("name", ["nowhere.pem", "nowhere/at/all"])
def test_a_start_without_a_file_is_refused(folder, name):
    with pytest.raises(PemError, match=r"cannot read '.*nowhere.*': No such file or directory"):
        Certificates(str(folder / name))


NAMES = ("a.example", "b.example")
POOL = [Issued(*names, days=number) for number, names in enumerate([NAMES[:1], NAMES[1:], NAMES] * 3, 2)]
FILES = st.sampled_from(["1.pem", "2.pem", "3.pem"])


class Folder(RuleBasedStateMachine):
    """Whatever happens to files: one that is whole counts, one that is broken counts as what it was, and a name that is
    in none any more is served as it was.
    """

    @initialize(issued=st.sampled_from(POOL))
    def start(self, issued):
        self.folder = TemporaryDirectory()
        self.clock = Clock()
        self.files = {}
        self.put("1.pem", issued)
        self.certificates = Certificates(self.folder.name, self.clock.seconds)
        self.read, self.by_name = {}, dict.fromkeys(NAMES, ())
        self.look()

    def teardown(self):
        self.folder.cleanup()

    @rule(name=FILES, issued=st.sampled_from(POOL))
    def put(self, name, issued):
        (Path(self.folder.name) / name).write_bytes(issued.pem)
        self.files[name] = issued

    @rule(name=FILES, issued=st.sampled_from(POOL), end=st.integers(0, 150))
    def put_a_part(self, name, issued, end):
        (Path(self.folder.name) / name).write_bytes(issued.pem[:end])
        self.files[name] = None

    @rule(name=FILES)
    def remove(self, name):
        (Path(self.folder.name) / name).unlink(missing_ok=True)
        self.files.pop(name, None)

    def look(self):
        """What is to be served with by now."""
        if self.files:
            self.read = {name: issued or self.read.get(name) for name, issued in self.files.items()}
        for name in NAMES:
            there = [one for one in self.read.values() if one and name in one.names]
            self.by_name[name] = there or self.by_name[name]

    @rule()
    def connect(self):
        self.clock.advance(LOOK_EVERY)
        self.look()
        for name in NAMES:
            several = self.by_name[name] or next(filter(None, self.by_name.values()))
            best = max(several, key=lambda one: one.certificate.not_valid_after_utc)
            assert served(self.certificates, name) == best.certificate


Folder.TestCase.settings = settings(max_examples=20, stateful_step_count=15)
TestFolder = Folder.TestCase
