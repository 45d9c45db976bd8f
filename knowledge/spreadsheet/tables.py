"""Which column of which sheet holds which field: the one mapping between records and spreadsheets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from knowledge.model import TYPE_NAMES

Kind = Literal[
    "id",
    "text",
    "when",
    "phone",
    "lines",
    "facts",
    "names",
    "number",
    "share",
    "date",
    "span",
    "flag",
    "choice",
    "references",
    "settings",
    "tiers",
]
"""`when` is a date in words, kept as it was typed; a `span` is a date or two with a stroke between them; `names` are short items, `lines` whole sentences, `facts`
sentences or names that each end with the id of their source: 面积30平方公里〔HG21〕."""

GUIDE_SHEET = "说明"
VERSION_SHEET = "版本(勿改)"
RECORD_ID, POSITION = "记录编号", "序号"
"""Headers of the two columns that tie a row of a further sheet to its record and give its place there."""
REST = "*"
"""Stands for every key that has no column of its own."""


class Column(msgspec.Struct, frozen=True):
    """A column. `field` is a key of the record, `verify.what` one level down, or `REST`."""

    header: str
    field: str
    kind: Kind = "text"
    width: int = 18
    choices: Mapping[str, object] = {}
    """Shown text → stored value; the first is what an absent key means where `optional`."""
    optional: bool = True
    """Whether an empty cell leaves the key out; otherwise null is written."""


class Table(msgspec.Struct, frozen=True):
    """A sheet: one record a row, or (with `part_of`) one item of that list of a record a row."""

    sheet: str
    columns: tuple[Column, ...]
    part_of: str = ""
    types: tuple[str, ...] = ()
    key: str = ""
    """The field by which an item is known again; without one its position counts."""


_CITIES = {"济南": "济南", "兰州": "兰州", "全国": "全国"}
_QUALITIES = {"A": "A", "B": "B", "C": "C", "D": "D"}
_BASES = {"实际": "actual", "预计": "expected", "目标": "target"}
_YES = {"否": False, "是": True}

_HEAD = (
    Column("编号", "id", "id"),
    Column("名称", "name", width=26),
    Column("城市", "city", "choice", 8, _CITIES, optional=False),
    Column("别名", "aliases", "names", 22),
    Column("概述", "summary", width=50),
)
_TAIL = (
    Column("其他事实", "facts", "facts", 50),
    Column("备注", "note", width=30),
    Column("字段来源", "field_sources", "references", 24),
    Column("常见问法", "questions", "lines", 36),
    Column("核对日期", "checked", "date", 12, optional=False),
    Column("提前复核", "review_by", "date", 12),
)
_AREA = Column("面积(平方公里)", "area_km2", "number", 12)
_OWN: dict[str, tuple[Column, ...]] = {
    "site": (
        Column("级别", "level"),
        Column("设立时间", "founded", "when"),
        _AREA,
        Column("面积(亩)", "area_mu", "number", 12),
        Column("面积(公顷)", "area_ha", "number", 12),
        Column("面积说明", "area_note", width=30),
        Column("位置", "location", width=30),
        Column("所在区县(编号)", "districts", "names"),
        Column("管理机构", "admin_body"),
        Column("官方网站", "official_site", width=26),
        Column("主导产业", "industries", "names", 24),
        Column("入驻企业", "tenants", "facts", 30),
        Column("交通", "transport", "facts", 30),
        Column("园中园", "subparks", "names", 24),
        Column("空间布局", "layout", width=30),
        Column("定位与目标", "goals", width=30),
        Column("用地政策", "land_terms", width=30),
        Column("被取代(编号)", "superseded_by", "id"),
    ),
    "district": (
        Column("类别", "kind", "choice", 8, {"区县": "district", "城市": "city", "省": "province"}),
        _AREA,
        Column("面积口径", "area_as_of", "when", 12),
        Column("重点产业", "industries", "names", 24),
        Column("辖内园区(编号)", "sites", "names"),
    ),
    "industry": (Column("产业门类", "branches", "names", 40),),
    "incentive": (
        Column("级别", "level"),
        Column("文号", "document_number", width=26),
        Column("文号说明", "document_number_note"),
        Column("发文单位", "issuing_authority"),
        Column("施行日期", "effective_from", "date", 12),
        Column("截止日期", "effective_until", "date", 12),
        Column("有效期说明", "effective_note"),
        Column("已过期", "expired", "flag", 8, _YES),
        Column("停止执行的文件", "stopped_by"),
        Column("被取代(编号)", "superseded_by", "id"),
        Column("到期后的延续", "continued", width=30),
        Column("只适用于(编号)", "applies_in", "names"),
        Column("不与其同享(编号)", "not_with", "names"),
        Column("适用年度自", "covers_from", "number", 8),
        Column("适用年度至", "covers_until", "number", 8),
        Column("适用对象", "who", width=36),
        Column("优惠内容", "benefits", "facts", 50),
        Column("申报与经办", "apply", width=30),
        Column("后续情况", "later", width=30, optional=False),
        Column("须核实什么", "verify.what", width=36),
        Column("为何须核实", "verify.why", width=36),
    ),
    "contact": (
        Column("职责", "role", width=36),
        Column("电话", "phone", "phone"),
        Column("地址", "address", width=30),
        Column("网站", "website", width=26),
        Column("具体部门", "department"),
    ),
    "procedure": (
        Column("步骤", "steps", "facts", 50),
        Column("时限", "time_limit", width=30),
        Column("适用自", "valid_from", "when"),
        Column("适用至", "valid_until", "when"),
    ),
    "event": (Column("时间", "date", "span", 18),),
    "transport": (),
    "cost": (
        Column("文号", "document_number", width=26),
        Column("发文单位", "issuing_authority"),
        Column("执行自", "valid_from", "when", 12),
        Column("执行至", "valid_until", "when", 12),
        Column("后续情况", "later", width=30),
    ),
}
RECORDS: dict[str, Table] = {
    type_: Table(name, (*_HEAD, *_OWN[type_], *_TAIL), types=(type_,)) for type_, name in TYPE_NAMES.items()
}

_RULE_KINDS = {
    "按比例": "percent",
    "定额": "fixed",
    "按数量定额": "fixed_per",
    "分档": "tiers",
    "逐级累加": "step",
    "按面积": "per_area",
    "税率": "rate",
    "减免期": "holiday",
    "加计扣除": "deduct_extra",
    "扣除": "deduct",
    "税额抵免": "tax_credit",
    "递延": "deferral",
    "门槛": "threshold",
    "地价下限": "land_floor",
    "仅见上限": "cap",
    "比例区间": "range_rate",
    "时限": "limit",
    "分档税收": "tiers_tax",
    "按原文分档": "tiers2",
    "分档月数": "tiers_months",
    "一事一议": "case_by_case",
}
PARTS: tuple[Table, ...] = (
    Table(
        "来源",
        (
            Column("来源编号", "id", "id", optional=False),
            Column("标题", "title", width=50, optional=False),
            Column("网址", "url", width=50, optional=False),
            Column("日期", "as_of", "date", 12, optional=False),
            Column("等级", "quality", "choice", 8, _QUALITIES, optional=False),
            Column("备注", "note", width=36),
        ),
        part_of="sources",
        types=tuple(TYPE_NAMES),
        key="id",
    ),
    Table(
        "统计数字",
        (
            Column("指标", "indicator", "id", 18, optional=False),
            Column("数值", "value", "number", 12, optional=False),
            Column("单位", "unit", width=10, optional=False),
            Column("统计时间", "as_of", "span", 18, optional=False),
            Column("来源编号", "source", "id", optional=False),
            Column("口径", "scope", width=24),
            Column("性质", "basis", "choice", 8, _BASES),
            Column("同比", "change", "share", 10),
        ),
        part_of="statistics",
        types=tuple(TYPE_NAMES),
    ),
    Table(
        "价格",
        (
            Column("项目", "what", width=24, optional=False),
            Column("数值", "value", "number", 12, optional=False),
            Column("单位", "unit", width=12, optional=False),
            Column("来源编号", "source", "id", optional=False),
            Column("范围", "scope", width=36),
            Column("适用于(编号)", "applies_in", "names", 24),
        ),
        part_of="prices",
        types=("cost",),
    ),
    Table(
        "产业集群",
        (
            Column("名称", "name", width=24, optional=False),
            Column("方向", "focus", width=40, optional=False),
            Column("位置", "location", width=24),
            Column("目标", "target", width=30),
            Column("首批项目", "first_projects", width=30),
        ),
        part_of="clusters",
        types=("site",),
    ),
    Table(
        "计算规则",
        (
            Column("算法", "kind", "choice", 12, _RULE_KINDS, optional=False),
            Column("条件", "when", width=36),
            Column("基数", "base", width=24),
            Column("测算用的数字", "bases", "names", 20),
            Column("须符合", "needs", "names", 20),
            Column("须符合其一", "needs_any", "names"),
            Column("不得符合", "excludes", "names"),
            Column("数字的界限", "limits", "tiers", 30),
            Column("另有前提", "premises", "lines", 30),
            Column("受益人", "beneficiary"),
            Column("参数", REST, "settings", 36),
            Column("分档", "tiers", "tiers", 40),
            Column("分期拨付", "instalments", "tiers", 30),
            Column("逐年比例", "yearly", "tiers", 30),
            Column("说明", "note", width=30),
        ),
        part_of="rules",
        types=("incentive",),
    ),
)
SHEETS: dict[str, Table] = {table.sheet: table for table in (*RECORDS.values(), *PARTS)}

SETTINGS: dict[str, tuple[str, Literal["share", "number", "text", "flag", "names", "limits"]]] = {
    "ge": ("达到比例", "share"),
    "gt": ("超过比例", "share"),
    "le": ("不超过比例", "share"),
    "lt": ("低于比例", "share"),
    "ge_wan": ("达到(万元)", "number"),
    "ge_yi": ("达到(亿元)", "number"),
    "gt_wan": ("超过(万元)", "number"),
    "gt_yi": ("超过(亿元)", "number"),
    "le_wan": ("不超过(万元)", "number"),
    "le_yi": ("不超过(亿元)", "number"),
    "lt_wan": ("低于(万元)", "number"),
    "lt_yi": ("低于(亿元)", "number"),
    "ge_wan_usd": ("达到(万美元)", "number"),
    "gt_wan_usd": ("超过(万美元)", "number"),
    "le_wan_usd": ("不超过(万美元)", "number"),
    "lt_wan_usd": ("不足(万美元)", "number"),
    "team_wan": ("团队(万元)", "number"),
    "person_wan": ("个人(万元)", "number"),
    "inclusion": ("计入比例", "share"),
    "rate_half": ("减半", "flag"),
    "stock_rate": ("存量比例", "share"),
    "incr_rate": ("增量比例", "share"),
    "months": ("月数", "number"),
    "rate": ("比例", "share"),
    "min_rate": ("最低比例", "share"),
    "max_rate": ("最高比例", "share"),
    "compare_rate": ("对照比例", "share"),
    "rate_deferred": ("递延比例", "share"),
    "cap_wan": ("上限(万元)", "number"),
    "cap_wan_year": ("年度上限(万元)", "number"),
    "cap_wan_total": ("累计上限(万元)", "number"),
    "cap_wan_product": ("单品上限(万元)", "number"),
    "cap_group": ("合并上限名称", "text"),
    "cap_group_wan_year": ("合并年度上限(万元)", "number"),
    "cap_group_wan_total": ("合并累计上限(万元)", "number"),
    "tops_up": ("补足时扣除的数字", "text"),
    "marginal": ("分段累计", "flag"),
    "per_wan": ("每多少万元", "number"),
    "per_wan_usd": ("每多少万美元", "number"),
    "whole": ("不足一个单位不计", "flag"),
    "min_base_wan": ("基数下限(万元)", "number"),
    "min_usd": ("下限(美元)", "number"),
    "min_m2": ("下限(平方米)", "number"),
    "amount_wan": ("金额(万元)", "number"),
    "unit": ("单位", "text"),
    "per_m2": ("每多少平方米", "number"),
    "first_at_yi": ("首档(亿元)", "number"),
    "step_yi": ("每档(亿元)", "number"),
    "years": ("年数", "number"),
    "hold_years": ("持有年数", "number"),
    "carry_years": ("结转年数", "number"),
    "free_years": ("免税年数", "number"),
    "half_years": ("减半年数", "number"),
    "max_workdays": ("工作日上限", "number"),
    "penalty_pp_per_month": ("每月扣减(百分点)", "number"),
    "gives": ("给予", "text"),
    "meaning": ("含义", "text"),
    "derived": ("推算", "flag"),
    "beneficiary": ("受益人", "text"),
    "alternative": ("不重复享受的一组", "text"),
    "contribution": ("与贡献挂钩", "flag"),
    "stopped": ("停止执行的文号", "text"),
    "valid_until": ("条款截止日", "text"),
    "uncertain": ("为何不足以承诺", "text"),
    "bonus_team_wan": ("团队加奖(万元)", "number"),
    "bonus_person_wan": ("个人加奖(万元)", "number"),
    "base": ("数字", "text"),
    "at_least": ("不低于", "share"),
    "above": ("高于", "share"),
    "at_most": ("不高于", "share"),
    "below": ("低于", "share"),
    "at_least_wan_usd": ("不低于(万美元)", "number"),
    "above_wan_usd": ("高于(万美元)", "number"),
    "at_most_wan_usd": ("不高于(万美元)", "number"),
    "below_wan_usd": ("低于(万美元)", "number"),
    "decides": ("必须知道", "flag"),
    "when": ("何时", "text"),
    "share": ("占比", "share"),
    "needs": ("须符合", "names"),
    "limits": ("界限", "limits"),
    "premises": ("另有前提", "names"),
}
"""Key of a rule or tier → its name in a cell and how its value is written."""


def order_of(type_: str) -> list[str]:
    """The order in which a record's keys stand in its file."""
    order = ["id", "type", *dict.fromkeys(c.field.partition(".")[0] for c in RECORDS[type_].columns if c.field != "id")]
    for part, before in (
        ("clusters", "layout"),
        ("rules", "apply"),
        ("prices", "facts"),
        ("statistics", "note"),
        ("sources", "checked"),
    ):
        if before in order:
            order.insert(order.index(before), part)
    return order


def labels_of(type_: str) -> dict[str, str]:
    """Field → header, for naming fields inside cells."""
    labels = {column.field: column.header for column in RECORDS[type_].columns}
    return labels | {part.part_of: part.sheet for part in PARTS if type_ in part.types}
