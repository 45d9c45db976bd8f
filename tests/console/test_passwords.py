"""What is kept of a password."""

from __future__ import annotations

from leads.staff import passwords
from tests.console.conftest import PASSWORD


def test_passwords_are_kept_as_argon2id_with_memory_to_pay(monkeypatch):
    monkeypatch.undo()
    kept = passwords.hashed(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert passwords.fits(kept, PASSWORD)
    assert not passwords.fits(kept, "wrong wrong wrong")
    assert not passwords.fits(None, PASSWORD)
