"""What the pages work with, chosen in one place."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Annotated

import msgspec
from fastapi import Depends, Request

from console.settings import Settings
from knowledge.catalogue import Catalogue
from knowledge.paths import records_folder, watched_paths
from knowledge.watching import Watched
from leads.inbox import Inbox
from leads.service import Leads
from leads.settings import Settings as LeadsSettings
from leads.staff.service import Staff
from leads.wiring import inbox_of, leads_of, staff_of


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """The doors to the other rooms."""

    settings: Settings
    leads: Leads
    staff: Staff
    inbox: Inbox
    catalogue: Callable[[], Catalogue]
    """The records as they are now."""


def desk_of(settings: Settings, leads: LeadsSettings) -> Desk:
    """As the environment configures it. The records are read when a page first needs them: a faulty record must not
    keep the bureau from its leads. Raises `ValueError` for faulty rules."""

    @cache
    def watched() -> Watched[Catalogue]:
        return Watched(lambda: Catalogue.load(records_folder()), watched_paths())

    return Desk(
        settings=settings, leads=leads_of(leads), staff=staff_of(leads), inbox=inbox_of(leads),
        catalogue=lambda: watched().current,
    )  # fmt: skip


def _of_request(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


AtDesk = Annotated[Desk, Depends(_of_request)]
"""A route's parameter: the doors to the other rooms."""
