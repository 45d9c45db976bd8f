"""The shape of every record: small strict models, one class a type.

A record is one YAML file under `records/<type>/<id>.yml`. Keys that are not named here are rejected
when the file is read (`loading`), so a misspelt key is a finding, never a fact that silently vanishes.

Units are in the field names: `_km2` square kilometres, `_mu` 亩, `_ha` hectares, `_wan` 万元 (CNY 10,000),
`_yi` 亿元. Shares and rates are fractions (0.01 = 1 %). Dates are text, as precise as the source is:
`2021`, `2021-04` or `2021-04-25`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

City = Literal["济南", "兰州", "全国"]
Quality = Literal["A", "B", "C", "D"]
"""A government site or full law text; B named press; C re-hosted, check before quoting; D never the only basis."""

DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of all models: immutable, keyword-only, unknown keys rejected."""


class Source(Strict, frozen=True, kw_only=True):
    """Where a fact was read. `url` is null where the source has no stable public address."""

    id: str
    title: str
    url: str | None
    as_of: str | None
    quality: Quality
    note: str = ""


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


class Tier(Strict, frozen=True, kw_only=True):
    """One step of a tiered rule; the bound itself counts. Shares in `ge`, money in `_wan` or `_yi`."""

    ge: float | None = None
    ge_wan: float | None = None
    ge_yi: float | None = None
    gt_wan: float | None = None
    gt_yi: float | None = None
    le_wan: float | None = None
    le_yi: float | None = None
    lt_wan: float | None = None
    amount_wan: float | None = None
    team_wan: float | None = None
    person_wan: float | None = None
    inclusion: float | None = None
    rate: float | None = None
    rate_half: bool = False
    stock_rate: float | None = None
    incr_rate: float | None = None
    months: int | None = None
    bonus_team_wan: float | None = None
    bonus_person_wan: float | None = None
    beneficiary: str = ""


class Limit(Strict, frozen=True, kw_only=True):
    """A bound on a figure beside the base of a rule; the bound itself counts. `base` is an id of `inputs.yml`."""

    base: str
    at_least: float | None = None
    at_most: float | None = None
    at_least_wan_usd: float | None = None
    """万美元."""
    decides: bool = False
    """Whether nothing can be said without the figure; otherwise the estimate takes it for granted and says so."""


class Rule(Strict, frozen=True, kw_only=True):
    """One way an incentive's amount is worked out, as far as the document tells.

    `kind` says how the other fields combine; a null cap means that no cap was *seen*, not "unlimited".
    `bases`, `needs`, `needs_any` and `excludes` hold ids of `vocabulary/inputs.yml`, by which `estimating` works;
    docs/estimates.md shows one rule of each kind.
    """

    kind: Literal[
        "percent", "fixed", "fixed_per", "tiers", "step", "per_area", "rate", "holiday", "deduct_extra", "deduct",
        "tax_credit", "deferral", "threshold", "land_floor", "cap", "range_rate", "limit", "tiers_tax", "tiers2",
        "tiers_months", "case_by_case",
    ]  # fmt: skip
    when: str = ""
    base: str = ""
    bases: list[str] = []
    """What the investor must tell for the base; several are added up."""
    needs: list[str] = []
    """What must all hold of the investor."""
    needs_any: list[str] = []
    """Of these, one must hold."""
    excludes: list[str] = []
    """What must not hold of the investor."""
    limits: list[Limit] = []
    alternative: str = ""
    """Rules of one incentive that share this word exclude each other: the highest that holds is taken."""
    contribution: bool = False
    """Whether it is tied to tax or local contribution, so that since 2024-08-01 it may be void."""
    stopped: str = ""
    """The document that stopped this rule, where one did."""
    valid_until: str = ""
    """The last day of this rule, where it ends before its incentive does."""
    uncertain: str = ""
    """Why what was seen of this rule does not suffice to promise its amount, where that is so."""
    beneficiary: str = ""
    rate: float | None = None
    min_rate: float | None = None
    max_rate: float | None = None
    compare_rate: float | None = None
    rate_deferred: float | None = None
    cap_wan: float | None = None
    cap_wan_year: float | None = None
    cap_wan_total: float | None = None
    cap_wan_product: float | None = None
    cap_group: str = ""
    cap_group_wan_year: float | None = None
    min_base_wan: float | None = None
    min_usd: float | None = None
    min_m2: float | None = None
    min_revenue_share: float | None = None
    amount_wan: float | None = None
    unit: str = ""
    per_m2: float | None = None
    first_at_yi: float | None = None
    step_yi: float | None = None
    years: int | None = None
    hold_years: int | None = None
    carry_years: int | None = None
    free_years: int | None = None
    half_years: int | None = None
    max_workdays: int | None = None
    penalty_pp_per_month: float | None = None
    metric: str = ""
    minimum: str = ""
    gives: str = ""
    meaning: str = ""
    bonus: str = ""
    valid: str = ""
    derived: bool = False
    tiers: list[Tier] = []
    note: str = ""


class Common(Strict, tag_field="type", frozen=True, kw_only=True):
    """What every record has, whatever its type. `sources[0]` is the main source."""

    id: str
    name: str
    city: City
    sources: list[Source]
    review_by: str
    aliases: list[str] = []
    summary: str = ""
    facts: list[str] = []
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
    tenants: list[str] = []
    transport: list[str] = []
    subparks: list[str] = []
    clusters: list[Cluster] = []
    layout: str = ""
    goals: str = ""
    land_terms: str = ""
    superseded_by: str = ""


class District(Common, tag="district", frozen=True, kw_only=True):
    """区县, or a whole city (`kind: city`)."""

    kind: Literal["district", "city"] = "district"
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
    superseded_by: str = ""
    continued: str = ""
    """What is known of a continuation after `effective_until`; the terms of the continuation were not seen."""
    applies_in: list[str] = []
    """Ids of the sites or districts where it applies, where that is less than its city."""
    who: str = ""
    benefits: list[str] = []
    rules: list[Rule] = []
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

    steps: list[str] = []
    time_limit: str = ""
    valid_from: str = ""
    valid_until: str = ""


class PromotionEvent(Common, tag="event", frozen=True, kw_only=True):
    """推介会 or signing event."""

    date: str = ""


class Transport(Common, tag="transport", frozen=True, kw_only=True):
    """Airport, rail, port and freight."""


Record = Site | District | Industry | Incentive | Contact | Procedure | PromotionEvent | Transport
TYPES: dict[str, type[Common]] = {
    "site": Site,
    "district": District,
    "industry": Industry,
    "incentive": Incentive,
    "contact": Contact,
    "procedure": Procedure,
    "event": PromotionEvent,
    "transport": Transport,
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
}
