"""PEM files: what is in them, what is wrong with them, and that only what has changed is read."""

import os
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from chatserver.protocols import pem
from chatserver.protocols.pem import PemError, PemFiles, read
from tests.certificates import Issued
from tests.processes import LIMIT

ONE, OTHER = Issued("one.example"), Issued("other.example")
PARAMETERS = b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
RUBBISH = "-----BEGIN {0}-----\nAAAA\n-----END {0}-----\n"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "one.pem"


@pytest.mark.parametrize(
    "text", [ONE.pem, ONE.pem.replace(b"\n", b"\r\n"), b"Of one:\n" + ONE.pem + b"-- the end", PARAMETERS + ONE.pem]
)
def test_what_is_in_a_file(path, text):
    path.write_bytes(text)
    certificates, (key,) = read(str(path))
    assert certificates == (ONE.certificate,)
    assert key.private_numbers() == ONE.key.private_numbers()


def test_in_any_order_and_number(path):
    path.write_bytes(OTHER.certificate_pem + ONE.pem + OTHER.key_pem)
    certificates, keys = read(str(path))
    assert certificates == (OTHER.certificate, ONE.certificate)
    assert [key.private_numbers() for key in keys] == [ONE.key.private_numbers(), OTHER.key.private_numbers()]


KINDS = [
    (ONE.key, PrivateFormat.PKCS8),
    (ONE.key, PrivateFormat.TraditionalOpenSSL),
    (rsa.generate_private_key(65537, 2048), PrivateFormat.TraditionalOpenSSL),
    (ed25519.Ed25519PrivateKey.generate(), PrivateFormat.PKCS8),
    (ed448.Ed448PrivateKey.generate(), PrivateFormat.PKCS8),
]


@pytest.mark.parametrize(("key", "form"), KINDS)
def test_each_kind_of_key(path, key, form):
    path.write_bytes(key.private_bytes(Encoding.PEM, form, NoEncryption()))
    assert [type(one) for one in read(str(path)).keys] == [type(key)]


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_an_encrypted_key(path, form):
    path.write_bytes(ONE.key.private_bytes(Encoding.PEM, form, BestAvailableEncryption(b"secret")))
    with pytest.raises(PemError, match=r"the key in '.*one\.pem' is encrypted"):
        read(str(path))


def test_a_key_that_is_no_key_of_a_server(path):
    key = dsa.generate_private_key(1024)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(PemError, match="of a kind that TLS does not use"):
        read(str(path))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "there is no PEM in"),
        ("some words\n", "there is no PEM in"),
        (ONE.certificate_pem.decode() + "-----BEG", "is not whole"),
        ("-----BEGIN CERTIFICATE-----\nAAAA", "is not whole"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n" + ONE.pem.decode(), "is not whole"),
        ("-----BEGIN CERTIFICATE-----\n-----END PRIVATE KEY-----\n", "is not whole"),
        (RUBBISH.format("CERTIFICATE"), "there is a certificate in .* that cannot be read"),
        (RUBBISH.format("PRIVATE KEY"), "there is a key in .* that cannot be read"),
        (RUBBISH.format("OPENSSH PRIVATE KEY"), "there is a key in .* that cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used(path, text, words):
    path.write_text(text)
    with pytest.raises(PemError, match=words) as refusal:
        read(str(path))
    assert repr(str(path)) in str(refusal.value)


def test_a_file_that_is_cut_anywhere_is_never_taken_for_another_one(path):
    whole = ONE.pem + OTHER.certificate_pem
    seams = {len(ONE.key_pem), len(ONE.pem)}
    for end in {*range(0, len(whole) - 1, 9), *(seam + 3 for seam in seams)} - seams - {seam - 1 for seam in seams}:
        path.write_bytes(whole[:end])
        with pytest.raises(PemError, match=r"is not whole|there is no PEM"):
            read(str(path))


def test_a_long_file_without_any_end_takes_no_time(path):
    path.write_bytes(b"-----BEGIN CERTIFICATE-----\n" * 30_000)
    with pytest.raises(PemError, match="is not whole"):
        read(str(path))


def test_what_is_no_file_and_what_cannot_be_opened(tmp_path, monkeypatch):
    (tmp_path / "loop.pem").symlink_to("loop.pem")
    (tmp_path / "long.pem").write_bytes(bytes(pem.LONGEST_FILE + 1))
    for name, words in [
        ("nowhere.pem", "No such file or directory"),
        ("loop.pem", "Too many levels of symbolic links"),
        ("long.pem", "is longer than 1048576 bytes"),
        (".", "Is a directory"),
    ]:
        with pytest.raises(PemError, match=words):
            read(f"{tmp_path}/{name}")

    def forbidden(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", forbidden)
    with pytest.raises(PemError, match=r"cannot read '.*one\.pem': Permission denied"):
        read(f"{tmp_path}/one.pem")


def test_nobody_waits_for_a_pipe(path):
    """In a process of its own, which is killed if it does."""
    os.mkfifo(path)
    code = "import sys; from chatserver.protocols.pem import read; read(sys.argv[1])"
    run = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, timeout=LIMIT, check=False)
    assert run.stderr.endswith(f"PemError: cannot read {str(path)!r}: it is no file\n")


def paths(files):
    return sorted(files.contents)


def test_the_files_of_a_folder(tmp_path):
    live, apart = tmp_path / "live", tmp_path / "apart"
    for folder in (live / "a", live / ".old", apart):
        folder.mkdir(parents=True)
    for name in ("a/key.pem", "b.pem", ".c.pem", ".old/d.pem", "README", "e.pem~"):
        (live / name).write_bytes(ONE.pem)
    (apart / "f.pem").write_bytes(ONE.pem)
    (live / "g").symlink_to(apart)
    (live / "h.pem").symlink_to(apart / "f.pem")
    files = PemFiles(str(live))
    assert files.look()
    assert paths(files) == [str(live / name) for name in ("a/key.pem", "b.pem", "g/f.pem", "h.pem")]
    assert files.troubles == []


def test_a_file_has_any_name(tmp_path):
    path = tmp_path / ".chat.crt"
    path.write_bytes(ONE.pem)
    files = PemFiles(str(path))
    assert files.look()
    assert paths(files) == [str(path)]


def test_a_folder_that_cannot_be_looked_through(tmp_path, monkeypatch):
    files = PemFiles(str(tmp_path))
    assert files.look()
    assert files.troubles == [f"there is no .pem file in {str(tmp_path)!r}"]
    (tmp_path / "one.pem").write_bytes(ONE.pem)
    files.look()
    assert (len(files.contents), files.troubles) == (1, [])
    monkeypatch.setattr(pem, "MOST_FILES", 0)
    assert files.look()
    assert files.troubles == [f"there are more than 0 files in {str(tmp_path)!r}"]
    assert len(files.contents) == 1
    assert not files.look()


def test_folders_that_go_round_end(tmp_path, monkeypatch):
    (tmp_path / "round").symlink_to(".")
    (tmp_path / "one.pem").write_bytes(ONE.pem)
    files = PemFiles(str(tmp_path))
    assert files.look()
    assert str(tmp_path / "one.pem") in paths(files)
    assert {file.certificates for file in files.contents.values()} == {(ONE.certificate,)}
    (tmp_path / "about").symlink_to(".")
    assert files.look()
    assert files.troubles == [f"there are more than 10000 files in {str(tmp_path)!r}"]


def test_a_file_is_read_when_it_has_changed_and_not_before(tmp_path, monkeypatch):
    for name in ("one.pem", "two.pem"):
        (tmp_path / name).write_bytes(ONE.pem)
    was_read = []
    monkeypatch.setattr(pem, "read", lambda path: was_read.append(os.path.basename(path)) or read(path))
    files = PemFiles(str(tmp_path))
    assert files.look()
    assert not files.look()
    assert was_read == ["one.pem", "two.pem"]
    times = (tmp_path / "one.pem").stat()
    (tmp_path / "one.pem").write_bytes(ONE.pem[::-1])
    os.utime(tmp_path / "one.pem", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert files.look()
    assert not files.look()
    assert was_read[2:] == ["one.pem"]


def test_what_cannot_be_read_any_more_is_as_it_was(path):
    path.write_bytes(ONE.pem)
    files = PemFiles(str(path))
    files.look()
    before = files.contents
    path.write_bytes(OTHER.pem[:300])
    assert files.look()
    assert files.contents == before
    (trouble,) = files.troubles
    path.unlink()
    assert files.look()
    assert files.contents == before
    assert files.troubles != [trouble]
    assert not files.look()
    path.write_bytes(OTHER.pem)
    assert files.look()
    assert files.contents[str(path)].certificates == (OTHER.certificate,)
    assert files.troubles == []


def test_a_file_that_is_gone_from_a_folder_is_gone(tmp_path):
    for name in ("one.pem", "two.pem"):
        (tmp_path / name).write_bytes(ONE.pem)
    files = PemFiles(str(tmp_path))
    files.look()
    (tmp_path / "one.pem").unlink()
    assert files.look()
    assert paths(files) == [str(tmp_path / "two.pem")]
