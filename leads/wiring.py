"""Puts the pipeline together from the settings, in one place. Nothing is connected by importing or building."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from leads.absences import Absences
from leads.calendar_watch import CalendarWatch
from leads.deadlines import Deadlines
from leads.delivery.base import Destination
from leads.delivery.channel import InvestorChannel
from leads.delivery.crm import Crm
from leads.delivery.mail import Mailbox
from leads.delivery.signing import StandardWebhooks
from leads.delivery.wecom import WeCom
from leads.handling import Handling
from leads.inbox import Inbox
from leads.outbox import Channel, Outbox
from leads.service import Leads
from leads.settings import Settings
from leads.staff.service import Staff
from leads.store import Store
from leads.workdays import hours_of, load_workdays
from leads.worker import Worker

_PUSH_SECONDS = 5.0
"""The Rasa server runs beside the worker and only takes note of what it is pushed."""


def leads_of(settings: Settings) -> Leads:
    """The pipeline's use cases. Raises `ValueError` where rules are wrong."""
    return Leads(Store(settings.database), outbox_of(settings), settings)


def leads_with(settings: Settings, outbox: Outbox, now: Callable[[], datetime]) -> Leads:
    """The same with another outbox and clock: demonstrations walk through a month and tell nobody."""
    return Leads(Store(settings.database), outbox, settings, now=now)


def staff_of(settings: Settings) -> Staff:
    """Accounts, sign-in and audit."""
    return Staff(Store(settings.database))


def inbox_of(settings: Settings) -> Inbox:
    """What the desk's staff look at."""
    return Inbox(Store(settings.database))


def worker_of(settings: Settings) -> Worker:
    """The process that hands on. Raises `ValueError` for a CRM without a secret."""
    store = Store(settings.database)
    chores = [
        absences_of(settings, store).run, deadlines_of(settings, store).run, CalendarWatch(load_workdays()).run,
    ]  # fmt: skip
    return Worker(store, destinations_of(settings), settings, chores=chores)


def absences_of(settings: Settings, store: Store) -> Absences:
    """Conversations and leads of whoever is not at the desk any more."""
    return Absences(store, Handling(outbox_of(settings), timedelta(minutes=settings.takeover_minutes)))


def deadlines_of(settings: Settings, store: Store) -> Deadlines:
    """Reminders and escalation. Raises `ValueError` where the calendar's file is wrong."""
    return Deadlines(store, outbox_of(settings), hours_of(settings.office_hours, load_workdays()), settings)


def outbox_of(settings: Settings) -> Outbox:
    """Writes rows for the destinations that are configured; without any, leads stand in the inbox alone."""
    return Outbox(_names(settings))


def destinations_of(settings: Settings) -> Sequence[Destination]:
    """Those configured. Raises `ValueError` for one that signs and has no secret."""
    made: list[Destination] = []
    if settings.crm_url:
        made.append(Crm(settings.crm_url, StandardWebhooks(settings.crm_secret), settings.crm_seconds))
    if settings.wecom_url:
        made.append(WeCom(settings.wecom_url, settings.crm_seconds))
    if settings.mail:
        made.append(Mailbox(settings.mail, settings.crm_seconds))
    if settings.bot_url:
        made.append(InvestorChannel(settings.bot_url, StandardWebhooks(settings.channel_secret), _PUSH_SECONDS))
    return made


def _names(settings: Settings) -> list[str]:
    """Without their secrets: who only writes rows need not be able to send them."""
    given = {
        Channel.CRM: settings.crm_url,
        Channel.WECOM: settings.wecom_url,
        Channel.MAIL: settings.mail,
        Channel.INVESTOR: settings.bot_url,
    }
    return [name for name, address in given.items() if address]
