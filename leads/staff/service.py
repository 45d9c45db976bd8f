"""The door to accounts, sign-in and audit, for the console. Errors are those of `leads.errors`, as for `Leads`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from leads import working
from leads.errors import NotFound, SignInRefused, Unacceptable
from leads.service import utc_now
from leads.staff import accounts, auditing, passwords, presence, signing_in
from leads.staff.model import Account, Entry, Role, Visitor
from leads.staff.tokens import Tokens
from leads.store import Store

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Staff:
    """Use cases of the desk itself. Safe to share between threads."""

    def __init__(self, store: Store, *, now: Callable[[], datetime] = utc_now) -> None:
        """`now` is the time of day, aware."""
        self._store = store
        self._now = now
        self.tokens = Tokens(store, now)
        """By which the bureau's other systems come in."""

    # --- accounts -------------------------------------------------------------------------------------------------

    def add(
        self, login: str, name: str, role: Role, password: str, *, must_change: bool = False, by: Visitor | None = None
    ) -> Account:
        """A new account. Raises `Unacceptable` for a login that is taken or none, or a weak password."""
        passwords.check_strength(password, accounts.settled(login))
        kept = passwords.hashed(password)

        def work(db: Session) -> Account:
            row = accounts.add(db, login, name, role, kept, self._now(), must_change=must_change)
            auditing.write(db, by, "account.added", row.login, {"role": row.role}, self._now(), "terminal")
            return accounts.account_of(row)

        return self._store.write(work)

    def change(self, login: str, by: Visitor | None = None, heir: str = "", **values: Any) -> None:
        """Change name, role, offices, sectors, disabled, away_until, deputy. What takes rights away ends what is signed
        in. Who can hold leads no longer leaves them to `heir`, or to nobody so that all officers see them. Raises
        `NotFound`, `Unacceptable`."""

        def work(db: Session) -> None:
            changed = accounts.change(db, login, self._now(), values)
            data: dict[str, Any] = {"fields": changed}
            row = accounts.by_login(db, login)
            if not accounts.may_hold(row):
                if heir and not accounts.may_hold(accounts.find(db, heir)):
                    raise Unacceptable("接手线索的同事要是另一个能负责线索的账号")
                actor = by.account.login if by else "system"
                data["leads"] = working.give_up(db, row.login, accounts.settled(heir), actor, self._now())
            auditing.write(db, by, "account.changed", login, data, self._now(), "terminal")

        self._store.write(work)

    def set_password(self, login: str, password: str, *, by: Visitor | None = None) -> None:
        """Give somebody a password that he has to change, and end what is signed in; his second factor is taken off,
        since whoever lost the one has often lost the other. Raises `NotFound`, `Unacceptable`."""
        passwords.check_strength(password, accounts.settled(login))
        kept = passwords.hashed(password)

        def work(db: Session) -> None:
            row = accounts.by_login(db, login)
            row.password, row.must_change, row.totp_secret = kept, True, ""
            accounts.sign_out_all(db, row.id)
            auditing.write(db, by, "account.password_set", row.login, {}, self._now(), "terminal")

        self._store.write(work)

    def accounts(self) -> list[Account]:
        """All, by login, disabled ones as well."""
        return self._store.read(accounts.everybody)

    def present(self) -> frozenset[str]:
        """Logins of those who are signed in and may answer inquiries."""
        return self._store.read(lambda db: presence.present(db, self._now()))

    def account(self, login: str) -> Account:
        """Raises `NotFound`."""
        for account in self.accounts():
            if account.login == accounts.settled(login):
                return account
        raise NotFound("没有这个账号")

    def has_administrator(self) -> bool:
        """Whether anybody can administer yet."""
        return self._store.read(accounts.administrators) > 0

    # --- signing in -----------------------------------------------------------------------------------------------

    def sign_in(self, login: str, password: str, code: str, address: str) -> str:
        """The secret of a new cookie. Raises `SignInRefused`, alike whatever is wrong."""
        now = self._now()
        self._store.write(lambda db: signing_in.count_attempt(db, login, address, now))
        row, locked = self._store.read(
            lambda db: (accounts.find(db, login), signing_in.too_many(db, login, address, now))
        )
        right = passwords.fits(row.password if row else None, password)
        step = 0
        if row is not None and row.totp_secret:
            step = passwords.step_of(row.totp_secret, code, now, row.totp_step) or -1
        if locked or not right or row is None or row.disabled_at is not None or step < 0:
            self._store.write(
                lambda db: auditing.write(
                    db, None, "sign_in.refused", row.login if row else "", {"locked": locked}, now, address
                )
            )
            raise SignInRefused(signing_in.REFUSED)

        def work(db: Session) -> str:
            account = accounts.by_login(db, login)
            if account.password != row.password or account.disabled_at is not None or 0 < step <= account.totp_step:
                raise SignInRefused(signing_in.REFUSED)  # changed, or the code used, in the meantime
            account.totp_step = max(account.totp_step, step)
            signing_in.forgive(db, login, address)
            token = signing_in.begin(db, account.id, address, now)
            who = Visitor(account=accounts.account_of(account), sign_in_id=0, address=address)
            auditing.write(db, who, "sign_in", account.login, {}, now)
            return token

        return self._store.write(work)

    def visitor(self, token: str, address: str) -> Visitor | None:
        """Who holds this cookie, if his time is not over."""
        now = self._now()
        found = self._store.read(lambda db: signing_in.visitor(db, token, address, now))
        if found is None:
            return None
        who, stale = found
        if stale:
            self._store.write(lambda db: signing_in.touch(db, who.sign_in_id, now))
        return who

    def sign_out(self, token: str) -> None:
        """End one browser's sign-in."""
        self._store.write(lambda db: signing_in.end(db, token))

    def change_password(self, who: Visitor, present: str, new: str) -> None:
        """One's own password; all other browsers are signed out. Raises `Unacceptable`, and `SignInRefused` where the
        present one is wrong: guesses count as at sign-in."""
        login, now = who.account.login, self._now()
        passwords.check_strength(new, login)
        if new == present:
            raise Unacceptable("新密码要与现在的不同")
        self._store.write(lambda db: signing_in.count_attempt(db, login, who.address, now))
        kept, locked = self._store.read(
            lambda db: (accounts.find(db, login), signing_in.too_many(db, login, who.address, now))
        )
        if locked or not passwords.fits(kept.password if kept else None, present):
            raise SignInRefused("现在的密码不对，或尝试过多；密码没有改")
        made = passwords.hashed(new)

        def work(db: Session) -> None:
            row = accounts.by_login(db, login)
            row.password, row.must_change = made, False
            signing_in.forgive(db, login, who.address)
            accounts.sign_out_all(db, row.id, but=who.sign_in_id)
            auditing.write(db, who, "account.password_changed", login, {}, now)

        self._store.write(work)

    def set_second_factor(self, who: Visitor, secret: str, code: str) -> None:
        """Ask for codes of this secret from now on. Raises `Unacceptable` where the code does not fit it."""
        step = passwords.step_of(secret, code, self._now(), 0)
        if step is None:
            raise Unacceptable("动态口令不对：请核对手机时间，输入现在显示的六位数")

        def work(db: Session) -> None:
            row = accounts.by_login(db, who.account.login)
            row.totp_secret, row.totp_step = secret, step
            accounts.sign_out_all(db, row.id, but=who.sign_in_id)
            auditing.write(db, who, "account.second_factor_set", row.login, {}, self._now())

        self._store.write(work)

    def drop_second_factor(self, who: Visitor, code: str) -> None:
        """Ask for no code any more. Raises `Unacceptable` where the code is wrong."""

        def work(db: Session) -> None:
            row = accounts.by_login(db, who.account.login)
            if not row.totp_secret or passwords.step_of(row.totp_secret, code, self._now(), row.totp_step) is None:
                raise Unacceptable("动态口令不对，没有关闭")
            row.totp_secret = ""
            auditing.write(db, who, "account.second_factor_dropped", row.login, {}, self._now())

        self._store.write(work)

    # --- audit ----------------------------------------------------------------------------------------------------

    def audit(self, who: Visitor, act: str, subject: str = "", data: Mapping[str, Any] = _NOTHING) -> None:
        """Write down what somebody looked at, changed or took out."""
        self._store.write(lambda db: auditing.write(db, who, act, subject, data, self._now()))

    def audits(self, *, who: str = "", subject: str = "", act: str = "", before: int = 0) -> list[tuple[int, Entry]]:
        """A page of the audit with ids, newest first."""
        return self._store.read(lambda db: auditing.read(db, who=who, subject=subject, act=act, before=before))
