"""E-mail to the bureau: the same few lines as in the group, never contact details.

SMTP knows no idempotency; a repeated letter carries the same Message-ID, by which mailboxes and people recognise it.
"""

from __future__ import annotations

import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from leads.backoff import CAP
from leads.delivery.base import Refused, TryLater
from leads.delivery.notice import lines, subject
from leads.queueing import Claimed
from leads.settings import Mail

_IMPLICIT_TLS = 465
_EXCHANGES = 10
"""Commands of a session, each of which may take as long as the time-out."""


class Mailbox:
    """One or more addresses, reached through one mail server."""

    name = "mail"

    def __init__(self, mail: Mail, seconds: float) -> None:
        """`seconds`: time-out of connecting and of each answer."""
        self._mail, self._seconds = mail, seconds
        self._domain = mail.sender.rpartition("@")[2].strip(" >") or "localhost"
        self.longest, self.cap = _EXCHANGES * seconds, CAP

    def pause(self) -> float:
        """No limit on our side."""
        return 0.0

    def letter(self, delivery: Claimed) -> EmailMessage:
        """What is sent for this row."""
        letter = EmailMessage()
        letter["From"], letter["To"] = self._mail.sender, self._mail.to
        letter["Subject"] = subject(delivery.payload)
        letter["Date"] = format_datetime(datetime.now(UTC))
        letter["Message-ID"] = f"<{delivery.key}@{self._domain}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content("\n".join(lines(delivery.payload)) + "\n", charset="utf-8", cte="base64")
        return letter

    def send(self, delivery: Claimed) -> None:
        """4xx is tried again, 5xx is not; one recipient that is accepted is enough."""
        letter = self.letter(delivery)
        try:
            with self._connect() as server:
                if self._mail.user:
                    server.login(self._mail.user, self._mail.password)
                server.send_message(letter)
        # The texts of the server's answers may quote addresses: only codes are told.
        except smtplib.SMTPRecipientsRefused as error:
            raise _by_code(min((code for code, _ in error.recipients.values()), default=550)) from None
        except smtplib.SMTPResponseException as error:
            raise _by_code(error.smtp_code) from None
        except smtplib.SMTPNotSupportedError:
            raise Refused("邮件服务器不支持所要求的加密或登录") from None
        except ssl.SSLError:
            raise TryLater("邮件服务器的证书有误或加密连接失败") from None
        except (OSError, smtplib.SMTPException):
            raise TryLater("邮件服务器连接不上或中断") from None

    def _connect(self) -> smtplib.SMTP:
        mail, seconds = self._mail, self._seconds
        # The own name is given: smtplib would ask the name server for it, without a time-out.
        if mail.tls and mail.port == _IMPLICIT_TLS:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(mail.host, mail.port, self._domain, timeout=seconds, context=context)
        server = smtplib.SMTP(mail.host, mail.port, self._domain, timeout=seconds)
        if mail.tls:
            try:
                server.starttls(context=ssl.create_default_context())
            except BaseException:
                server.close()
                raise
        return server


def _by_code(code: int) -> Refused | TryLater:
    return Refused(f"SMTP {code}") if 500 <= code < 600 else TryLater(f"SMTP {code}")
