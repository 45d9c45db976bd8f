"""The shape of every record: small strict models, one class a type.

A record is one YAML file under `records/<type>/<id>.yml`. Keys that are not named here are rejected
when the file is read (`loading`), so a misspelt key is a finding, never a fact that silently vanishes.

Units are in the field names: `_km2` square kilometres, `_mu` 亩, `_ha` hectares, `_wan` 万元 (CNY 10,000),
`_yi` 亿元. Shares and rates are fractions (0.01 = 1 %). Dates are text, as precise as the source is:
`2021`, `2021-04` or `2021-04-25`; a span has both its ends: `2025-01/2025-07`.

Whatever is told in sentences is a list of `Fact`, each with the id of the source it was read in; a field of one
value rests on the record's main source unless `field_sources` names another.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from knowledge.rules import AnyRule
from knowledge.strict import Strict

City = Literal["济南", "兰州", "全国"]
Quality = Literal["A", "B", "C", "D"]
"""A government site or full law text; B named press; C re-hosted, check before quoting; D never the only basis."""

Year = Annotated[int, msgspec.Meta(ge=1990, le=2100)]
DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"
Basis = Literal["actual", "expected", "target"]
"""What happened, what was announced to be about to happen, and what is aimed at."""


class Source(Strict, frozen=True, kw_only=True):
    """Where a fact was read. `url` is null where the source has no stable public address."""

    id: str
    title: str
    url: str | None
    as_of: str | None
    quality: Quality
    note: str = ""


class Fact(Strict, frozen=True, kw_only=True):
    """One sentence (or one name, where a list of names is kept) and the id of the source that says so."""

    text: str
    source: str


class Statistic(Strict, frozen=True, kw_only=True):
    """A number that can be computed with; a `Fact` of the same record says it in words.

    `indicator` is an id of vocabulary/indicators.yml, `as_of` the time the number speaks of (not that of the source),
    `scope` what part or reckoning it is of where that is not the whole, `change` the growth on the year before
    as a fraction.
    """

    indicator: str
    value: float
    unit: str
    as_of: str
    source: str
    scope: str = ""
    basis: Basis = "actual"
    change: float | None = None


class Price(Strict, frozen=True, kw_only=True):
    """What one thing costs: `value` in `unit` (元/月, 元/平方米). `applies_in` are ids of districts or sites."""

    what: str
    value: float
    unit: str
    source: str
    scope: str = ""
    applies_in: list[str] = []


class Verify(Strict, frozen=True, kw_only=True):
    """What an investor must have confirmed before relying on an incentive, and why."""

    what: str
    why: str


class Cluster(Strict, frozen=True, kw_only=True):
    """An industrial cluster inside a site."""

    name: str
    focus: str
    location: str = ""
    target: str = ""
    first_projects: str = ""


class Common(Strict, tag_field="type", frozen=True, kw_only=True):
    """What every record has, whatever its type. `sources[0]` is the main source."""

    id: str
    name: str
    city: City
    sources: list[Source]
    checked: str
    """The day on which the record was last held against its sources."""
    review_by: str = ""
    """A day for the next review, where it is earlier than that of its kind (`reviewing`)."""
    aliases: list[str] = []
    summary: str = ""
    facts: list[Fact] = []
    statistics: list[Statistic] = []
    questions: list[str] = []
    """Questions this record answers, in investors' words; they feed the search, nobody reads them."""
    note: str = ""
    field_sources: dict[str, str] = {}
    """Field name → id of the source it rests on, where that is not the main one."""

    @property
    def type(self) -> str:
        return str(self.__struct_config__.tag)


class Gap(Strict, frozen=True, kw_only=True):
    """Something investors ask for and the knowledge base is known not to hold; it lets the refusal be exact."""

    id: str
    city: City
    topic: str
    missing: str
    contacts: list[str]
    names: list[str] = []
    """What the missing thing is called, where it has a name of its own (莱芜高新区)."""
    cues: list[str] = []
    questions: list[str] = []


class Site(Common, tag="site", frozen=True, kw_only=True):
    """园区: a park, zone or industrial carrier an investor can settle in."""

    level: str = ""
    founded: str = ""
    area_km2: float | None = None
    area_mu: float | None = None
    area_ha: float | None = None
    area_note: str = ""
    location: str = ""
    districts: list[str] = []
    admin_body: str = ""
    official_site: str = ""
    industries: list[str] = []
    tenants: list[Fact] = []
    transport: list[Fact] = []
    subparks: list[str] = []
    clusters: list[Cluster] = []
    layout: str = ""
    goals: str = ""
    land_terms: str = ""
    superseded_by: str = ""


class District(Common, tag="district", frozen=True, kw_only=True):
    """区县, or a whole city or province (`kind`)."""

    kind: Literal["district", "city", "province"] = "district"
    area_km2: float | None = None
    area_as_of: str = ""
    industries: list[str] = []
    sites: list[str] = []


class Industry(Common, tag="industry", frozen=True, kw_only=True):
    """An industry, or a city's official list of industries (`branches`)."""

    branches: list[str] = []


class Incentive(Common, tag="incentive", frozen=True, kw_only=True):
    """优惠政策, as far as its document was seen."""

    level: str
    later: str
    verify: Verify | None
    document_number: str | None = None
    document_number_note: str = ""
    issuing_authority: str | None = None
    effective_from: str | None = None
    effective_until: str | None = None
    effective_note: str = ""
    expired: bool = False
    stopped_by: str = ""
    """The document that stopped it before its time; what it gave is told as stopped and never worked out."""
    superseded_by: str = ""
    continued: str = ""
    """What is known of a continuation after `effective_until`; the terms of the continuation were not seen."""
    applies_in: list[str] = []
    """Ids of the sites or districts where it applies, where that is less than its city."""
    not_with: list[str] = []
    """Ids of incentives that cannot be had beside this one."""
    covers_from: Year | None = None
    covers_until: Year | None = None
    """The years of arrival of the money that it covers, where that year decides and not the day of asking."""
    who: str = ""
    benefits: list[Fact] = []
    rules: list[AnyRule] = []
    apply: str = ""


class Contact(Common, tag="contact", frozen=True, kw_only=True):
    """An office or service an investor can turn to. A null phone or address is not known; it is never guessed."""

    role: str = ""
    phone: str | None = None
    address: str | None = None
    website: str | None = None
    department: str = ""


class Procedure(Common, tag="procedure", frozen=True, kw_only=True):
    """A government procedure, step by step."""

    steps: list[Fact] = []
    time_limit: str = ""
    valid_from: str = ""
    valid_until: str = ""


class PromotionEvent(Common, tag="event", frozen=True, kw_only=True):
    """推介会 or signing event."""

    date: str = ""


class Transport(Common, tag="transport", frozen=True, kw_only=True):
    """Airport, rail, port and freight."""


class Cost(Common, tag="cost", frozen=True, kw_only=True):
    """What something costs whoever settles: wages, energy, land. Never an incentive."""

    document_number: str = ""
    issuing_authority: str = ""
    valid_from: str = ""
    valid_until: str = ""
    prices: list[Price] = []
    later: str = ""


Record = Site | District | Industry | Incentive | Contact | Procedure | PromotionEvent | Transport | Cost
TYPES: dict[str, type[Common]] = {
    "site": Site,
    "district": District,
    "industry": Industry,
    "incentive": Incentive,
    "contact": Contact,
    "procedure": Procedure,
    "event": PromotionEvent,
    "transport": Transport,
    "cost": Cost,
}
TYPE_NAMES = {
    "site": "园区",
    "district": "区县",
    "industry": "产业",
    "incentive": "优惠政策",
    "contact": "联系方式",
    "procedure": "办事流程",
    "event": "推介活动",
    "transport": "交通物流",
    "cost": "要素成本",
}
OF_FACTS = ("facts", "benefits", "tenants", "transport", "steps")
"""The fields that are lists of `Fact`."""
