"""
What is kept so that only this site can read it: e-mail addresses, and the private links that mails carry.

A database that gets into other hands says nothing of who wrote what: the key is not in it. It follows from
SECRET_KEY by HKDF (RFC 5869), one key for each use, so that neither use weakens the other or anything else that
hangs on SECRET_KEY. Encrypted with Fernet (AES-128-CBC and HMAC-SHA-256, from the library «cryptography», because
ciphers are nothing to write oneself). SECRET_KEY_FALLBACKS still read and find what was kept under them; as soon as
`manage.py reseal` has run, they may go.
"""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

ENCRYPTION = b"ldnportal.comments.sealing/encryption"
FINGERPRINT = b"ldnportal.comments.sealing/fingerprint"


class Unreadable(Exception):
    """It was sealed under a key that is no longer among SECRET_KEY and SECRET_KEY_FALLBACKS."""


def seal(text: str) -> bytes:
    return _box().encrypt(text.encode())


def unseal(sealed: bytes) -> str:
    """Raises Unreadable."""
    try:
        # PostgreSQL gives a memoryview.
        return _box().decrypt(bytes(sealed)).decode()
    except InvalidToken:
        raise Unreadable from None


def reseal(sealed: bytes) -> bytes:
    """The same under today's SECRET_KEY. Raises Unreadable."""
    return seal(unseal(sealed))


def fingerprint(address: str) -> str:
    """By which an address is found again without being readable: 64 hexadecimal digits."""
    return fingerprints(address)[0]


def fingerprints(address: str) -> list[str]:
    """Under today's key, then under each former one: what to look an address up by."""
    # The part before the @ belongs to its server, but nobody has two mailboxes that differ by capitals only.
    said = address.strip().lower().encode()
    return [hmac.new(_derived(key, FINGERPRINT), said, hashlib.sha256).hexdigest() for key in _keys()]


def _box() -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key, ENCRYPTION))) for key in _keys()])


def _derived(key: str, use: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=use).derive(key.encode())


def _keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
