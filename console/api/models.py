"""What the interface takes and gives, as OpenAPI describes it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from leads.model import Stage


class NoteKind(StrEnum):
    """Kinds of activities that may be written down."""

    CALLED = "called"
    VISITED = "visited"
    WECHAT = "wechat"
    MET = "met"
    NOTED = "noted"


class Trouble(BaseModel):
    """Why something was not done."""

    error: Annotated[str, Field(description="中文说明和下一步")]


class LeadOut(BaseModel):
    """一条线索。`lead` 与推送给 CRM 的内容相同（docs/crm-payload.schema.json）。"""

    id: Annotated[int, Field(description="先后次序，翻页用")]
    lead: dict[str, Any]
    officer: str
    updated_at: datetime
    due_at: datetime | None
    closed_because: str
    erased: bool


class LeadsOut(BaseModel):
    """一页线索；`next` 为 null 时没有更多。"""

    leads: list[LeadOut]
    next: int | None


class ActivityOut(BaseModel):
    """一条跟进记录。"""

    id: int
    at: datetime
    kind: str
    actor: str
    text: str


class ActivityIn(BaseModel):
    """要记下的跟进。"""

    model_config = ConfigDict(extra="forbid")
    kind: NoteKind
    text: Annotated[str, Field(min_length=1, max_length=2000)]


class MoveIn(BaseModel):
    """要改成的阶段；关闭要写理由。"""

    model_config = ConfigDict(extra="forbid")
    stage: Stage
    because: Annotated[str, Field(max_length=500)] = ""


class StatisticsOut(BaseModel):
    """近几个月的统计，内容与后台“统计”页相同。"""

    since: datetime
    until: datetime
    figures: dict[str, Any]
