"""WeChat's signatures and its AES mode; WeCom uses the same. Nothing is said about why something was refused."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import struct
from typing import Optional

from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

_BLOCK = 32
"""Bytes that WeChat pads to; AES itself would need 16."""
_AES_BLOCK, _NOISE, _LENGTH = 16, 16, 4


class Refused(Exception):
    """What came is not the platform's, or not for us. It carries no reason: an attacker could learn from it."""


def signature(*parts: str) -> str:
    """SHA-1 over the sorted parts: token, timestamp, nonce and, where it is encrypted, the message."""
    # WeChat prescribes SHA-1; the token in it is what an attacker does not know.
    return hashlib.sha1("".join(sorted(parts)).encode("utf-8", "surrogatepass")).hexdigest()  # noqa: S324


def vouched(given: str, *parts: str) -> bool:
    """Whether a signature is right, compared in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), signature(*parts).encode("ascii"))


class Cipher:
    """AES-256-CBC: 16 bytes of noise, the length, the message, the receiver's id; padded to 32 bytes."""

    def __init__(self, encoding_aes_key: str, receive_id: str) -> None:
        """`receive_id`: the app id, or WeCom's corp id. Raises `ValueError` where the key is none."""
        try:
            self._key = base64.b64decode(encoding_aes_key + "=", validate=True)
        except (binascii.Error, ValueError):
            self._key = b""
        if len(encoding_aes_key) != 43 or len(self._key) != 32:
            raise ValueError("EncodingAESKey 应为 43 个字母或数字")
        self._receive_id = receive_id.encode()

    def decrypt(self, sealed: str) -> bytes:
        """The message. Raises `Refused` where it is damaged or meant for another receiver."""
        try:
            data = base64.b64decode(sealed.strip(), validate=True)
        except (binascii.Error, ValueError):
            raise Refused from None
        if not data or len(data) % _AES_BLOCK:
            raise Refused
        try:
            decryptor = self._cipher().decryptor()
            plain = decryptor.update(data) + decryptor.finalize()
        except ValueError:
            raise Refused from None
        plain = _unpadded(plain)
        if len(plain) < _NOISE + _LENGTH:
            raise Refused
        (length,) = struct.unpack_from(">I", plain, _NOISE)
        start = _NOISE + _LENGTH
        message, receiver = plain[start : start + length], plain[start + length :]
        if len(message) != length or not hmac.compare_digest(receiver, self._receive_id):
            raise Refused
        return message

    def encrypt(self, message: bytes, noise: Optional[bytes] = None) -> str:
        """In base64. `noise`: 16 random bytes; tests give their own."""
        noise = os.urandom(_NOISE) if noise is None else noise
        plain = noise + struct.pack(">I", len(message)) + message + self._receive_id
        padding = _BLOCK - len(plain) % _BLOCK
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
        return base64.b64encode(sealed).decode("ascii")

    def _cipher(self) -> "BlockCipher[CBC]":
        return BlockCipher(AES(self._key), CBC(self._key[:16]))


def _unpadded(plain: bytes) -> bytes:
    """Raises `Refused`. The signature was checked before, so this is no oracle for anybody who lacks the token."""
    padding = plain[-1]
    if not 1 <= padding <= _BLOCK or plain[-padding:] != bytes([padding]) * padding:
        raise Refused
    return plain[:-padding]
