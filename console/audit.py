"""The record of who looked at, changed or took out what."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from console.access import needs
from console.desk import AtDesk
from console.pages import page
from leads.staff.auditing import PAGE
from leads.staff.model import Right

router = APIRouter(prefix="/audit")
ACTS = {
    "sign_in": "登录", "sign_in.refused": "登录被拒", "account.added": "新建账号", "account.changed": "修改账号",
    "account.password_set": "重设密码", "account.password_changed": "改密码", "account.second_factor_set": "启用动态口令",
    "account.second_factor_dropped": "关闭动态口令", "lead.viewed": "查看线索", "lead.revealed": "显示联系方式",
    "lead.changed": "修改线索", "leads.exported": "导出", "inquiry.viewed": "查看咨询", "inquiry.taken": "接手咨询",
    "inquiry.handed_back": "交还咨询", "inquiry.transferred": "转交咨询",
    "inquiry.closed": "结束咨询", "lead.corrected": "更正登记", "knowledge.task": "知识任务", "knowledge.done": "办完知识任务",
    "knowledge.proposed": "下载知识提议", "token.added": "新建令牌", "token.revoked": "停用令牌", "lead.printed": "打印档案",
}  # fmt: skip
"""What is written down, in Chinese. An area that writes something else adds it here."""


@router.get("")
@needs(Right.READ_AUDIT)
def index(request: Request, desk: AtDesk, who: str = "", subject: str = "", act: str = "", before: int = 0) -> Response:
    """A page of it, newest first."""
    lines = desk.staff.audits(who=who, subject=subject.replace(" ", ""), act=act, before=before)
    more = lines[-1][0] if len(lines) == PAGE else 0
    return page(request, "audit/index.html", lines=lines, acts=ACTS, who=who, subject=subject, act=act, more=more)
