"""Passwords and second factors: made, checked, and never kept as they are.

argon2id with one lane of 46 MiB and one pass (OWASP's first choice of 2024); at most four at once, so that guessing
costs the guesser and not the machine's memory.
"""

from __future__ import annotations

import hmac
import threading
from datetime import datetime
from hashlib import sha1

import pyotp
import segno
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from leads.errors import Unacceptable

SHORTEST, LONGEST = 10, 200
_VARIETY = 5
"""So many different characters at least: 1111111111 is none."""
_STEP = 30
_hasher = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
_at_once = threading.BoundedSemaphore(4)
_NOBODY = "$argon2id$v=19$m=47104,t=1,p=1$qOUfr0r3THd36L/GbYGGnQ$hmda5e2Um38VnV+zWjqFH4GAGfkHHRLjsPQ/HtPNVoM"
"""Checked where no such account exists, so that this takes as long as a wrong password."""


def check_strength(password: str, login: str) -> None:
    """Raises `Unacceptable` with what to do."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Unacceptable(f"密码要有 {SHORTEST} 到 {LONGEST} 个字符")
    if len(set(password)) < _VARIETY or login.lower() in password.lower():
        raise Unacceptable("密码太容易猜：不要含账号名，不要老是同一个字符")


def hashed(password: str) -> str:
    """What is kept of a password."""
    with _at_once:
        return _hasher.hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Whether a password is the one that was kept; takes its time also where nothing was kept."""
    with _at_once:
        try:
            _hasher.verify(kept or _NOBODY, password[: LONGEST + 1])
        except (VerifyMismatchError, InvalidHashError):
            return False
    return kept is not None


def new_secret() -> str:
    """A second factor's secret, base 32."""
    return pyotp.random_base32()


def step_of(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The time step that a six-digit code belongs to: the present one or a neighbour, and later than `after`; None
    where it is wrong or was used before."""
    totp = pyotp.TOTP(secret, digest=sha1)
    present = int(now.timestamp()) // _STEP
    for step in (present - 1, present, present + 1):
        if step > after and hmac.compare_digest(totp.generate_otp(step), code.strip()):
            return step
    return None


def qr_svg(secret: str, login: str) -> bytes:
    """The QR code that an authenticator app reads, as an SVG file."""
    address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="招商后台")
    made: bytes = segno.make(address, error="m").svg_inline(scale=5, border=2).encode()
    return made
