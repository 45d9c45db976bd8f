"""What the lead form says: the notice before it begins, its questions, the read-back, the number."""

from __future__ import annotations

import msgspec

from actions.registration.fields import BY_SLOT, FIELDS
from actions.registration.form import CONFIRM
from actions.turn.reply import Reply
from knowledge.notice import kept_days, where_to_read_it
from knowledge.slots import contacts
from leads import numbering
from leads.model import Details, Draft, Receipt

_KINDS = {
    "mobile": "手机",
    "landline": "座机",
    "service": "客服电话",
    "foreign": "境外电话",
    "email": "邮箱",
    "wechat": "微信",
}
CONSENT = ("同意", "不同意")
CONFIRMING = ("确认提交", "取消")


def question(draft: Draft, problem: str = "", noted: tuple[str, ...] = ()) -> Reply:
    """The next question of the form, with what was wrong with the answer before it."""
    parts = [f"{problem.rstrip('。')}。"] if problem else []
    if draft.consented_at is None:
        parts += ["您说的收到了，同意后才会保存。"] if noted else []
        parts.append(asking_consent() if problem or noted else notice())
        return Reply(kind="form", slot="consent", text="\n".join(parts), options=CONSENT)
    if draft.asked == CONFIRM:
        return Reply(kind="form", slot="consent", text="\n".join([*parts, readback(draft.details)]), options=CONFIRMING)
    field = BY_SLOT[draft.asked]
    if noted:
        parts.append(f"已记下{'、'.join(BY_SLOT[s].label for s in noted if s in BY_SLOT)}。")
    place = [f.slot for f in FIELDS].index(field.slot) + 1
    parts.append(f"（{place}/{len(FIELDS)}）{field.question}")
    options = () if field.required else ("没有了",) if field.slot == "notes" else ("跳过",)
    return Reply(kind="form", slot=field.slot, text="".join(parts), options=options)


def notice() -> str:
    """What must be known before the first personal item."""
    return (
        "可以登记，由招商人员联系您。登记前请先看：\n"
        "· 收集：姓名或称呼、公司、联系方式，以及行业、投资额、选址、备注；\n"
        "· 用途：仅供招商部门联系您、对接项目；\n"
        f"· 保存：最后一次跟进后{kept_days()}天，您可随时查看、更正或删除；\n"
        f"· 完整的隐私说明：{where_to_read_it()}\n"
        "是否同意？请回复“同意”或“不同意”。不同意则不保存任何个人信息。"
    )


def asking_consent() -> str:
    """The question for consent alone, where the notice was shown just before."""
    return f"是否同意按隐私说明（{where_to_read_it()}）收集并使用您登记的信息？"


def readback(details: Details) -> str:
    """Everything that will be submitted, the contact masked."""
    lines = [f"{n}. {label}：{value}" for n, (label, value) in enumerate(shown(details), 1)]
    return "\n".join(
        ["请核对：", *lines, "无误请回复“确认提交”；要改请直接说，例如“电话改成138…”；不想提交回复“取消”。"]
    )


def shown(details: Details) -> list[tuple[str, str]]:
    """Label and value of every field, as it may be shown to the investor."""
    return [(field.label, _value(details, field.slot) or "（未填）") for field in FIELDS]


def _value(details: Details, slot: str) -> str:
    value = str(getattr(details, slot))
    if slot != "contact" or not value:
        return value
    masked = contacts.masked(contacts.Contact(details.contact_kind, value, 0, 0, value))  # type: ignore[arg-type]
    return f"{masked}（{_KINDS.get(details.contact_kind, '')}）"


def submitted(receipt: Receipt) -> Reply:
    """The number, and what can be done with it. Said only after the lead is committed."""
    number = numbering.shown(receipt.number)
    head = "已更新" if receipt.amended else "已提交过" if receipt.repeated else "已提交"
    same = "（编号没有变）" if receipt.repeated else ""
    text = (
        f"{head}，编号 {number}{same}。\n由{receipt.office}的工作人员与您联系；请记下编号。\n"
        f"查进度：回复“查进度 {number}”；查看或更正：回复“看看我的信息”“电话改成…”；删除：回复“删掉我的信息”。"
    )
    return Reply(kind="lead", text=text, lead_no=receipt.number)


def going_on(draft: Draft) -> Reply:
    """The line behind the answer to a side question, and the choices it leaves."""
    asked = question(draft)
    line = (
        f"登记还没有完成，接着来：{asked.text}" if draft.consented_at else f"{asking_consent()}回复“同意”或“不同意”。"
    )
    return msgspec.structs.replace(asked, text=f"——{line}")
