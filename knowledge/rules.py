"""The rules of incentives: one class for each kind, so that a key its arithmetic does not use is an error.

A rule is data; `estimating` works it out and docs/estimates.md shows one of each kind. What every rule has stands in
`Rule`; what every rule that pays has (caps, instalments, …) in `Award`; bounds of figures in `Bounds` and `Limit`.
Units are in the names: `_wan` 万元, `_yi` 亿元, `_wan_usd` 万美元, `_m2` square metres. Rates are fractions.
`bases`, `needs`, `needs_any` and `excludes` hold ids of `vocabulary/inputs.yml`.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from knowledge.strict import Amount, Bound, Cap, Count, Extra, Share, Size, Strict


class Limit(Strict, frozen=True, kw_only=True):
    """A condition on a figure. Bounds are in the unit of the figure: money in 万元, shares as fractions.

    The bound itself counts for `at_least` and `at_most`; it does not for `above` and `below`.
    """

    base: str
    """An id of `inputs.yml`."""
    at_least: Bound | None = None
    above: Bound | None = None
    at_most: Bound | None = None
    below: Bound | None = None
    at_least_wan_usd: Bound | None = None
    above_wan_usd: Bound | None = None
    at_most_wan_usd: Bound | None = None
    below_wan_usd: Bound | None = None
    decides: bool = False
    """Whether nothing can be said without the figure; otherwise the estimate takes it for granted and says so."""


class Bounds(Strict, frozen=True, kw_only=True):
    """Where a tier begins and ends: `ge`, `le` with the bound itself (含), `gt`, `lt` without it (不含).

    Money names its unit; shares, counts and areas have none. A bound left out is the neighbouring tier's.
    """

    ge: Bound | None = None
    gt: Bound | None = None
    le: Bound | None = None
    lt: Bound | None = None
    ge_wan: Bound | None = None
    gt_wan: Bound | None = None
    le_wan: Bound | None = None
    lt_wan: Bound | None = None
    ge_yi: Bound | None = None
    gt_yi: Bound | None = None
    le_yi: Bound | None = None
    lt_yi: Bound | None = None
    ge_wan_usd: Bound | None = None
    gt_wan_usd: Bound | None = None
    le_wan_usd: Bound | None = None
    lt_wan_usd: Bound | None = None


class Tier(Bounds, frozen=True, kw_only=True):
    """A step of `tiers`: what it gives (an amount, a rate or ends of a rate) and what else must hold for it."""

    amount_wan: Amount | None = None
    team_wan: Amount | None = None
    person_wan: Amount | None = None
    bonus_team_wan: Amount | None = None
    bonus_person_wan: Amount | None = None
    rate: Share | None = None
    min_rate: Share | None = None
    max_rate: Share | None = None
    cap_wan: Cap | None = None
    needs: list[str] = []
    limits: list[Limit] = []
    premises: list[str] = []
    beneficiary: str = ""


class TaxBand(Bounds, frozen=True, kw_only=True):
    """A slice of income: how much of it counts and at which rate it is taxed."""

    inclusion: Share | None = None
    rate: Share | None = None
    rate_half: bool = False


class GrowthTier(Bounds, frozen=True, kw_only=True):
    """Rates for what there was the year before and for what came on top."""

    stock_rate: Share | None = None
    incr_rate: Share | None = None


class MonthTier(Bounds, frozen=True, kw_only=True):
    """How long the building may take."""

    months: Count | None = None


class Instalment(Strict, frozen=True, kw_only=True):
    """A part of an award, and when it is paid (开工, 投产, 第一年). The shares of all add up to one."""

    when: str
    share: Share


class YearRate(Strict, frozen=True, kw_only=True):
    """A rate that holds for some years running; the next one follows it."""

    rate: Share
    years: Count = 1


class Rule(Strict, tag_field="kind", frozen=True, kw_only=True):
    """What every rule has."""

    when: str = ""
    """The case it is for, in the document's words; told to the investor."""
    base: str = ""
    """What the document calls the figure; told to the investor."""
    bases: list[str] = []
    """What the investor must tell for the base; several are added up."""
    needs: list[str] = []
    """What must all hold of the investor."""
    needs_any: list[str] = []
    """Of these, one must hold."""
    excludes: list[str] = []
    """What must not hold of the investor."""
    limits: list[Limit] = []
    premises: list[str] = []
    """Conditions that no figure tells (成交后2个月内开工): taken for granted, and said."""
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
    derived: bool = False
    beneficiary: str = ""
    note: str = ""
    """Told to the investor beside the sum."""

    @property
    def kind(self) -> str:
        """How it is worked out: the key `kind` of the record."""
        return str(self.__struct_config__.tag)

    @property
    def figure(self) -> str:
        """What the figure is called."""
        return self.base or "、".join(self.bases)


class Award(Rule, frozen=True, kw_only=True):
    """What every rule has that pays. No cap means that none was *seen*, not "unlimited"."""

    cap_wan: Cap | None = None
    cap_wan_year: Cap | None = None
    cap_wan_total: Cap | None = None
    cap_wan_product: Cap | None = None
    cap_group: str = ""
    """Rules of one incentive that share this word share its caps."""
    cap_group_wan_year: Cap | None = None
    cap_group_wan_total: Cap | None = None
    """Over all years (不分年)."""
    years: Count | None = None
    """For how many years it is paid; the amount is that of one."""
    instalments: list[Instalment] = []
    tops_up: str = ""
    """补足至: the id of the figure that tells what was already received, which is taken off."""


class Percent(Award, tag="percent", frozen=True, kw_only=True):
    rate: Share | None = None
    yearly: list[YearRate] = []
    """Instead of `rate`, where it changes from year to year."""
    min_base_wan: Size | None = None
    min_usd: Size | None = None


class RangeRate(Award, tag="range_rate", frozen=True, kw_only=True):
    min_rate: Share | None = None
    """不低于."""
    max_rate: Share | None = None
    """不超过."""


class Fixed(Award, tag="fixed", frozen=True, kw_only=True):
    amount_wan: Amount | None = None


class FixedPer(Award, tag="fixed_per", frozen=True, kw_only=True):
    """So much for each piece, or for each so many 万元 or 万美元 of the base."""

    amount_wan: Amount | None = None
    unit: str = ""
    per_wan: Size | None = None
    per_wan_usd: Size | None = None
    whole: bool = False
    """Whether what does not fill a unit counts for nothing."""


class Tiers(Award, tag="tiers", frozen=True, kw_only=True):
    tiers: list[Tier] = []
    marginal: bool = False
    """Whether each slice of the base is paid at its own tier's rate (分段累计)."""


class Step(Award, tag="step", frozen=True, kw_only=True):
    first_at_yi: Size | None = None
    step_yi: Size | None = None
    amount_wan: Amount | None = None


class PerArea(Award, tag="per_area", frozen=True, kw_only=True):
    per_m2: Size | None = None
    amount_wan: Amount | None = None
    min_m2: Size | None = None


class GrowthTiers(Award, tag="tiers2", frozen=True, kw_only=True):
    tiers: list[GrowthTier] = []


class CapOnly(Rule, tag="cap", frozen=True, kw_only=True):
    cap_wan: Cap | None = None
    cap_wan_year: Cap | None = None


class TaxRate(Rule, tag="rate", frozen=True, kw_only=True):
    rate: Share | None = None
    compare_rate: Share | None = None


class Holiday(Rule, tag="holiday", frozen=True, kw_only=True):
    free_years: Count | None = None
    half_years: Count | None = None


class DeductExtra(Rule, tag="deduct_extra", frozen=True, kw_only=True):
    rate: Extra | None = None


class Deduct(Rule, tag="deduct", frozen=True, kw_only=True):
    rate: Share | None = None
    hold_years: Count | None = None


class TaxCredit(Rule, tag="tax_credit", frozen=True, kw_only=True):
    rate: Share | None = None
    carry_years: Count | None = None


class Deferral(Rule, tag="deferral", frozen=True, kw_only=True):
    rate_deferred: Share | None = None


class TaxBands(Rule, tag="tiers_tax", frozen=True, kw_only=True):
    tiers: list[TaxBand] = []


class BuildingTime(Rule, tag="tiers_months", frozen=True, kw_only=True):
    tiers: list[MonthTier] = []
    penalty_pp_per_month: Bound | None = None


class Threshold(Rule, tag="threshold", frozen=True, kw_only=True):
    gives: str = ""


class LandFloor(Rule, tag="land_floor", frozen=True, kw_only=True):
    rate: Share | None = None
    meaning: str = ""


class TimeLimit(Rule, tag="limit", frozen=True, kw_only=True):
    max_workdays: Count | None = None


class CaseByCase(Rule, tag="case_by_case", frozen=True, kw_only=True):
    pass


AnyRule = (
    Percent | RangeRate | Fixed | FixedPer | Tiers | Step | PerArea | GrowthTiers | CapOnly | TaxRate | Holiday
    | DeductExtra | Deduct | TaxCredit | Deferral | TaxBands | BuildingTime | Threshold | LandFloor | TimeLimit | CaseByCase
)  # fmt: skip
RULES: dict[str, type[Rule]] = {str(cls.__struct_config__.tag): cls for cls in AnyRule.__args__}
"""Kind → its class."""


def keys_at(kind: str, path: Sequence[str] = ()) -> tuple[str, ...]:
    """The keys that a rule of this kind may have, or those of the items of a list inside it (tiers, then limits)."""
    if kind not in RULES:
        return ()
    at: msgspec.inspect.Type = msgspec.inspect.type_info(RULES[kind])
    for name in path:
        fields = {field.name: field.type for field in at.fields} if isinstance(at, msgspec.inspect.StructType) else {}
        inner = fields.get(name)
        if not isinstance(inner, msgspec.inspect.ListType):
            return ()
        at = inner.item_type
    if not isinstance(at, msgspec.inspect.StructType):
        return ()
    return tuple(([] if path else ["kind"]) + [field.name for field in at.fields])
