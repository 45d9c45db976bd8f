"""Which sites fit a project, with a reason for each criterion and what speaks against (选园).

A score is the weighted mean of the criteria the investor spoke of, between 0 and 1; weights and needs are data
(`vocabulary/matching.yml`). A figure that a record lacks is named as a gap and counts as neither good nor bad.
Everything that is compared stands in arrays, so that no question loops over all sites.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec
import numpy as np
import numpy.typing as npt

from knowledge.model import Common, District, Site
from knowledge.preferences import Need, Preferences
from knowledge.readers import reader
from knowledge.slots import area, roles
from knowledge.slots.area import UNITS
from knowledge.slots.money import Money
from knowledge.text import fold

Scores = npt.NDArray[np.float64]
Suits = Callable[[Common, Sequence[str]], list[str]]
"""The industries among those asked that a record lists; see `Searcher.suits`."""
_MU_OF_KM2, _MU_OF_HA = 1500.0, 15.0
_FLOOR = re.compile(
    r"(?:建筑面积|厂房|车间|载体|空间)[^,。;]{0,8}?(\d+(?:\.\d+)?)(?:余)?(万)?平方米|(\d+(?:\.\d+)?)(万)?平方米[^,。;]{0,4}(?:厂房|车间|载体)"
)
_OF_FLOORS = re.compile(r"厂房|车间|办公|写字楼|楼|租|建筑|仓|实验室|场地")
_LAND = ("亩", "公顷", "平方公里")


class Wishes(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a project needs, as far as the investor told."""

    city: str = ""
    industries: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    land_mu: float | None = None
    floor_m2: float | None = None
    investment_wan: float | None = None
    needs: tuple[str, ...] = ()


class Criterion(msgspec.Struct, frozen=True):
    """How a site stands on one criterion: `share` 0 to 1; a gap has no figure to judge by."""

    name: str
    share: float
    words: str
    gap: bool = False


class Match(msgspec.Struct, frozen=True):
    """A site, its score between 0 and 1, and why."""

    site: Site
    score: float
    criteria: tuple[Criterion, ...]

    @property
    def reasons(self) -> list[str]:
        return [c.words for c in self.criteria if not c.gap and c.share >= 0.5]

    @property
    def against(self) -> list[str]:
        return [c.words for c in self.criteria if not c.gap and c.share < 0.5]

    @property
    def gaps(self) -> list[str]:
        return [c.words for c in self.criteria if c.gap]


@reader
def wishes_of(
    text: str, preferences: Preferences, city: str, industries: Sequence[str], districts: Sequence[str]
) -> Wishes:
    """Read sizes and needs from a message; industries, districts and the city were read by the lexicon."""
    text = fold(text)
    land = floor = None
    for found in area.find(text):
        of_land = any(unit in found.surface for unit in _LAND) or not _OF_FLOORS.search(text)
        if of_land:
            land = float(found.most / UNITS["亩"])
        else:
            floor = float(found.most)
    amount = roles.investment(text, asked=True)
    asked = [n for n in preferences.needs if any(fold(cue) in text for cue in n.cues)]
    needs, covered = tuple(n.id for n in asked), {industry for n in asked for industry in n.covers}
    industries = tuple(i for i in industries if i not in covered) or tuple(industries)
    yuan = amount if isinstance(amount, Money) and amount.currency == "CNY" else None
    most = (yuan.high or yuan.low) if yuan else None
    invested = float(most / 10_000) if most is not None else None
    return Wishes(
        city=city, industries=industries, districts=tuple(districts), land_mu=land, floor_m2=floor,
        investment_wan=invested, needs=needs,
    )  # fmt: skip


class Matcher:
    """Immutable; one row for each site in use, made once for all records."""

    def __init__(
        self, records: Iterable[Common], preferences: Preferences, suits: Suits, tells: Mapping[str, Sequence[str]]
    ) -> None:
        everything = list(records)
        self.preferences = preferences
        self.sites = [r for r in everything if isinstance(r, Site) and not r.superseded_by]
        self._row_of = {site.id: row for row, site in enumerate(self.sites)}
        self._names = {r.id: r.name for r in everything}
        self._suits = suits
        self._tells = tells
        self._city = np.array([site.city for site in self.sites], dtype=object)
        self._land = np.array([land_of(site) for site in self.sites], dtype=np.float64)
        texts = [_text_of(site) for site in self.sites]
        self._floor = np.array([_floor_of(text) for text in texts], dtype=np.float64)
        self._has = {
            need.id: np.array([any(fold(tell) in text for tell in need.tells) for text in texts], dtype=np.bool_)
            for need in preferences.needs
        }
        self._inside = {d.id: set(d.sites) for d in everything if isinstance(d, District)}
        self._industry: dict[str, Scores] = {}

    def ranked(self, wishes: Wishes, closeness: Mapping[str, float] | None = None, limit: int = 400) -> list[Match]:
        """Sites that come into question, best first; equal scores in the order of closeness, then of their ids."""
        if not self.sites:
            return []
        close = np.array([(closeness or {}).get(site.id, 0.0) for site in self.sites])
        score = self._scores(wishes, close)
        possible = np.array(self._city == wishes.city) if wishes.city else np.ones(len(self.sites), np.bool_)
        if wishes.districts:
            possible &= self._of_districts(wishes.districts) > 0
        if wishes.industries:
            suited = self._of_industries(wishes.industries) > 0
            for need in self._strict(wishes):  # a bonded zone is worth a look whatever it lists
                suited |= self._has[need.id]
            possible = possible & suited if np.any(possible & suited) else possible
        rows = np.flatnonzero(possible)
        order = np.lexsort((rows, -close[rows], -np.round(score[rows], 6)))[:limit]
        return [self._match(int(row), wishes, float(score[row])) for row in rows[order]]

    def one(self, site_id: str, wishes: Wishes) -> Match | None:
        """How one site stands, whether or not it comes into question."""
        if (row := self._row_of.get(site_id)) is None:
            return None
        return self._match(row, wishes, float(self._scores(wishes, np.zeros(len(self.sites)))[row]))

    def _scores(self, wishes: Wishes, close: Scores) -> Scores:
        weights = self.preferences.weights
        parts: list[tuple[float, Scores]] = []
        if wishes.industries:
            parts.append((weights["industry"], self._of_industries(wishes.industries)))
        if wishes.districts:
            parts.append((weights["district"], self._of_districts(wishes.districts)))
        if wishes.land_mu is not None:
            parts.append((weights["land"], _enough(self._land, wishes.land_mu, weights["unknown"])))
        if wishes.floor_m2 is not None:
            parts.append((weights["floor"], _enough(self._floor, wishes.floor_m2, weights["unknown"])))
        strict = {need.id for need in self._strict(wishes)}
        parts += [(weights["strict" if need in strict else "need"], self._of_need(need)) for need in wishes.needs]
        if not parts or close.any():
            parts.append((weights["closeness"], np.clip(close, 0.0, 1.0)))
        total = sum(weight for weight, _ in parts)
        return np.clip(sum((weight * part for weight, part in parts), np.zeros(len(self.sites))) / total, 0.0, 1.0)

    def _of_industries(self, industries: Sequence[str]) -> Scores:
        for industry in industries:
            if industry not in self._industry:
                self._industry[industry] = np.array([self._fits(site, industry) for site in self.sites])
        return np.asarray(sum(self._industry[i] for i in industries) / len(industries))

    def _fits(self, site: Site, industry: str) -> float:
        if self._suits(site, [industry]):
            return 1.0
        return self.preferences.weights["inside"] if self._has_inside(site, industry) else 0.0

    def _has_inside(self, site: Site, industry: str) -> bool:
        """Whether a park or cluster inside a site is of an industry that the site itself does not list."""
        inside = " ".join([*site.subparks, *(f"{c.name}{c.focus}" for c in site.clusters)])
        return any(word in inside for word in self._tells.get(industry, ()))

    def _of_districts(self, districts: Sequence[str]) -> Scores:
        inside = {site for district in districts for site in self._inside.get(district, ())}
        return np.array([float(s.id in inside or bool(set(s.districts) & set(districts))) for s in self.sites])

    def _strict(self, wishes: Wishes) -> list[Need]:
        return [need for need in self.preferences.needs if need.strict and need.id in wishes.needs]

    def _of_need(self, need_id: str) -> Scores:
        need = next(n for n in self.preferences.needs if n.id == need_id)
        return np.where(self._has[need_id], 1.0, 0.0 if need.strict else self.preferences.weights["unmentioned"])

    def _match(self, row: int, wishes: Wishes, score: float) -> Match:
        return Match(self.sites[row], round(score, 2), tuple(self._criteria(row, wishes)))

    def _criteria(self, row: int, wishes: Wishes) -> Iterable[Criterion]:
        site, unknown = self.sites[row], self.preferences.weights["unknown"]
        if wishes.industries:
            suited = self._suits(site, wishes.industries)
            inside = [i for i in wishes.industries if i not in suited and self._has_inside(site, i)]
            listed = "、".join(site.industries[:5])
            if suited:
                yield Criterion("产业", 1.0, f"主导产业与{'、'.join(suited[:2])}相符（{listed}）")
            if inside:
                yield Criterion("产业", 1.0, f"园内有{'、'.join(inside[:2])}相关的片区或园中园")
            if not suited and not inside:
                words = f"主导产业（{listed}）里没有{'、'.join(wishes.industries[:2])}"
                yield (
                    Criterion("产业", 0.0, words) if listed else Criterion("产业", unknown, "主导产业未收录", gap=True)
                )
        if wishes.districts:
            there = bool(self._of_districts(wishes.districts)[row])
            where = "、".join(self._names.get(d, d) for d in wishes.districts)
            yield Criterion("区域", float(there), f"位于{where}" if there else f"不在{where}")
        if wishes.land_mu is not None:
            yield _size("用地", "总面积", self._land[row], wishes.land_mu, "亩", unknown)
        if wishes.floor_m2 is not None:
            yield _size("厂房和楼宇", "收录的建筑体量", self._floor[row], wishes.floor_m2, "平方米", unknown)
        for need_id in wishes.needs:
            need = next(n for n in self.preferences.needs if n.id == need_id)
            if self._has[need_id][row]:
                yield Criterion(need_id, 1.0, f"资料提到{need_id}")
            elif need.strict:
                yield Criterion(need_id, 0.0, f"资料未见{need_id}")
            else:
                yield Criterion(need_id, unknown, f"{need_id}：资料没有提到", gap=True)


def _size(name: str, of: str, held: float, wanted: float, unit: str, unknown: float) -> Criterion:
    if np.isnan(held):
        return Criterion(name, unknown, f"{name}：面积未收录，能否安排{_number(wanted)}{unit}须向园区核实", gap=True)
    if held >= wanted:
        return Criterion(
            name, 1.0, f"{of}约{_number(held)}{unit}，大于您要的{_number(wanted)}{unit}（是否有可供的地块或房源须核实）"
        )
    return Criterion(name, held / wanted * 0.4, f"{of}约{_number(held)}{unit}，不足您要的{_number(wanted)}{unit}")


def _enough(held: Scores, wanted: float, unknown: float) -> Scores:
    share = np.where(held >= wanted, 1.0, held / max(wanted, 1e-9) * 0.4)
    return np.where(np.isnan(held), unknown, share)


def land_of(site: Site) -> float:
    """The area of a site in 亩; not a number where the record has none."""
    if site.area_mu is not None:
        return site.area_mu
    if site.area_km2 is not None:
        return site.area_km2 * _MU_OF_KM2
    return site.area_ha * _MU_OF_HA if site.area_ha is not None else float("nan")


def _floor_of(text: str) -> float:
    """The largest floor area a record speaks of, in square metres."""
    sizes = [float(a or c) * (10_000 if b or d else 1) for a, b, c, d in _FLOOR.findall(text)]
    return max(sizes, default=float("nan"))


def _text_of(site: Site) -> str:
    parts = [
        site.name,
        site.level,
        site.location,
        site.goals,
        site.layout,
        site.land_terms,
        site.area_note,
        site.summary,
    ]
    parts += [*site.aliases, *site.industries, *site.subparks, *(fact.text for fact in (*site.transport, *site.facts))]
    return fold("。".join(part for part in parts if part))


def _number(value: float) -> str:
    if value >= 10_000:
        return f"{_trimmed(value / 10_000)}万"
    return _trimmed(value)


def _trimmed(value: float) -> str:
    return f"{Decimal(str(round(value, 2))).normalize():f}"
