"""PEM files (RFC 7468): which there are, whether they have changed, and the keys and certificates in them."""

from __future__ import annotations

import os
import re
import stat
from typing import NamedTuple, NoReturn

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

LONGEST_FILE = 1024 * 1024
"""Bytes that a file can have: five times what all the authorities take that a browser trusts."""
MOST_FILES = 10_000
"""Files and folders that are looked through: nobody is served meanwhile."""

_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----(?:(?!-----BEGIN ).)*?-----END \1-----", re.DOTALL)
_CUT = re.compile(rb"-----BEGIN |(?:\A|\n)-{1,5}[BEGIN]*\Z")
"""What is left where a block is cut off, once those that are whole have been taken out."""


ServerKey = RSAPrivateKey | EllipticCurvePrivateKey | Ed25519PrivateKey | Ed448PrivateKey
"""The kinds of private key that TLS has certificates for (RFC 8446, section 4.2.3)."""


class PemError(ValueError):
    """Something is wrong with the files; its text is a sentence that names the one."""


class Pem(NamedTuple):
    """What a file has of certificates and private keys."""

    certificates: tuple[x509.Certificate, ...] = ()
    keys: tuple[ServerKey, ...] = ()


class _File(NamedTuple):
    state: tuple[int, ...] | None = ()
    """It is another one when the file has changed; None if that cannot be seen."""
    pem: Pem = Pem()
    trouble: str = ""


class PemFiles:
    """The file `path`; or the `.pem` files of the folder `path`, and of all folders in it.

    A file is read when it has changed. If it cannot be then, since only half of it is written, say, it counts as
    what it was before.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._files: dict[str, _File] = {}
        self._trouble = ""

    @property
    def contents(self) -> dict[str, Pem]:
        """What is in each file, by its path."""
        return {path: file.pem for path, file in self._files.items()}

    @property
    def troubles(self) -> list[str]:
        """What is wrong, a sentence each."""
        return [trouble for trouble in (self._trouble, *(file.trouble for file in self._files.values())) if trouble]

    def look(self) -> bool:
        """Read what has changed since the last time. False if nothing has."""
        before = self._files, self._trouble
        try:
            self._files = {path: self._seen(path) for path in _found(self._path)}
            self._trouble = ""
        except PemError as error:
            self._trouble = str(error)
        return before != (self._files, self._trouble)

    def _seen(self, path: str) -> _File:
        before, state = self._files.get(path, _File()), _state(path)
        if state == before.state:
            return before
        try:
            return _File(state, read(path))
        except PemError as error:
            return _File(state, before.pem, str(error))


def read(path: str) -> Pem:
    """What the file `path` has. Raises PemError, also where it is a pipe, for which one could wait for ever."""
    try:
        data = _bytes(path)
    except OSError as error:
        raise PemError(f"cannot read {path!r}: {error.strerror}") from error
    blocks = [(match[1], match[0]) for match in _BLOCK.finditer(data)]
    if _CUT.search(_BLOCK.sub(b"", data)):
        raise PemError(f"{path!r} is not whole: something begins in it that does not end")
    if not blocks:
        raise PemError(f"there is no PEM in {path!r}")
    return Pem(
        tuple(_certificate(path, block) for label, block in blocks if label in (b"CERTIFICATE", b"X509 CERTIFICATE")),
        tuple(_key(path, block) for label, block in blocks if label.endswith(b"PRIVATE KEY")),
    )


def _found(path: str) -> list[str]:
    """The files there; those whose names begin with a dot are somebody's at work. Raises PemError."""
    if not os.path.isdir(path):
        return [path]
    found, seen = [], 0
    for folder, folders, names in os.walk(path, onerror=_refuse, followlinks=True):
        seen += len(folders) + len(names)
        if seen > MOST_FILES:
            raise PemError(f"there are more than {MOST_FILES} files in {path!r}")
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [f"{folder}/{name}" for name in names if name.endswith(".pem") and not name.startswith(".")]
    if not found:
        raise PemError(f"there is no .pem file in {path!r}")
    return sorted(found)


def _refuse(error: OSError) -> NoReturn:
    raise PemError(f"cannot read {error.filename!r}: {error.strerror}") from error


def _state(path: str) -> tuple[int, ...] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_ctime_ns  # which nobody can set, unlike st_mtime


def _bytes(path: str) -> bytes:
    with open(path, "rb", opener=_opened_at_once) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise PemError(f"cannot read {path!r}: it is no file")
        data = file.read(LONGEST_FILE + 1)
    if len(data) > LONGEST_FILE:
        raise PemError(f"{path!r} is longer than {LONGEST_FILE} bytes")
    return data


def _opened_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


def _certificate(path: str, block: bytes) -> x509.Certificate:
    try:
        certificate = x509.load_pem_x509_certificate(block)
        certificate.subject, certificate.issuer, certificate.extensions  # noqa: B018 # they are read only now
    except (ValueError, x509.DuplicateExtension) as error:
        raise PemError(f"there is a certificate in {path!r} that cannot be read") from error
    return certificate


def _key(path: str, block: bytes) -> ServerKey:
    try:
        key = load_pem_private_key(block, None)
    except TypeError as error:
        raise PemError(f"the key in {path!r} is encrypted, and nobody is there to type the passphrase") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise PemError(f"there is a key in {path!r} that cannot be read") from error
    if not isinstance(key, ServerKey):
        raise PemError(f"there is a key in {path!r} of a kind that TLS does not use")
    return key
