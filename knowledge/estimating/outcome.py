"""All rules of one incentive, worked out for one investor: the Estimate that is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from knowledge.estimating.conditions import of_incentive
from knowledge.estimating.inputs import Inputs
from knowledge.estimating.lines import Line, Range, is_unspoken, line_of, touches
from knowledge.estimating.saying import NO_CAP, decimal, wan
from knowledge.estimating.terms import Terms
from knowledge.model import Incentive
from knowledge.rules import Award, Fixed, Rule, Tiers

Status = Literal["eligible", "ineligible", "to_verify"]
NO_PROMISE = "以上为估算，不构成承诺"
_HALF = Decimal("0.5")


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """What one incentive gives one investor."""

    incentive: Incentive
    status: Status
    lines: tuple[Line, ...]
    amount: Decimal | None = None
    """万元; None where there is only a range, or nothing to be paid."""
    range: Range | None = None
    beside: tuple[str, ...] = ()
    """What would be had under a condition that is not known to hold."""
    notes: tuple[str, ...] = ()
    """What cannot be combined, shared caps."""
    failed: tuple[str, ...] = ()
    ended: bool = False
    """Whether it fails whatever the investor tells: expired, replaced, of another city."""
    lacks: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()

    @property
    def asks(self) -> tuple[str, ...]:
        """What to ask for: nothing where the answer would leave it to be verified all the same."""
        open_ = [line for line in self.lines if line.holds is not False]
        return () if self.amount is not None or all(line.worked and line.open for line in open_) else self.lacks


def estimate(
    incentive: Incentive, inputs: Inputs, terms: Terms, today: dt.date, names: dict[str, str] | None = None,
    named: bool = False,
) -> Estimate | None:  # fmt: skip
    """Work an incentive out; None where nothing that was told is about it, unless the investor named it."""
    shared = tuple(of_incentive(incentive, inputs, today, names or {}))
    rules = [rule for rule in incentive.rules if touches(rule, inputs, terms)]
    touched = [line_of(rule, inputs, terms, today) for rule in (rules or (incentive.rules if named else ()))]
    chosen = [line for line in touched if not line.hinted] or touched
    if not chosen and not named:
        return None
    failed = tuple(c.words for c in shared if c.holds is False)
    open_ = tuple(c.words for c in shared if c.holds is None)
    places = tuple(c.lacks for c in shared if c.holds is None and c.lacks and c.lacks not in inputs.skipped)
    caveats = _caveats(incentive, chosen)
    if failed:
        return Estimate(
            incentive=incentive, status="ineligible", lines=tuple(chosen), failed=failed, caveats=caveats, ended=True
        )
    lapsed = any(c.lapsed for c in shared)
    remarks = _remarks(incentive, chosen, names or {})
    sure = [line for line in chosen if line.holds is True and line.worked]
    unsure = [line for line in chosen if line.holds is None or (line.holds and not line.worked)]
    fallen = [line for line in chosen if line.holds is False]
    spoken = [line for line in fallen if not is_unspoken(line, inputs, terms)]
    lost = tuple(dict.fromkeys(_lost(line, bool(sure) or len(chosen) > 1) for line in spoken or fallen))
    if any(line.holds is False for line in chosen) and not sure:
        # What hangs on something the investor did not speak of is no reason to leave open what was answered.
        unsure = [line for line in unsure if not is_unspoken(line, inputs, terms)]
    if not sure and not unsure and chosen:
        return Estimate(incentive=incentive, status="ineligible", lines=tuple(chosen), failed=lost, caveats=caveats)
    if lapsed:
        sure, unsure, chosen = ([_by_the_old(line) for line in some] for some in (sure, unsure, chosen))
    own = [line for line in sure if not line.rule.beneficiary or inputs.flags.get("引荐人本人")]
    own = [line for line in own if line.rule.beneficiary] or own if inputs.flags.get("引荐人本人") else own
    total, notes = _total(own or sure)
    if own and len(own) < len(sure):
        notes = (*notes, "给不同对象的奖励分别计算，没有相加")
    kept = tuple(sure or unsure)
    lacks = tuple(dict.fromkeys((*places, *(i for line in kept for i in line.lacks))))
    doubts = tuple(o for line in sure if not _only_bounds(line, sure) for o in line.open) + open_
    settled = bool(sure) and not doubts
    if not sure:
        total, notes = _conditional(unsure), ()
    total = None if lapsed else total if not places or not total or total[0] != total[1] else (Decimal(0), total[1])
    same = (
        not sure
        and len(unsure) > 1
        and len({line.range for line in unsure}) == 1
        and unsure[0].range
        and unsure[0].rule.alternative
    )
    total = unsure[0].range if same and not places else total
    amount = total[0] if total and total[0] == total[1] and (sure or same) else None
    if settled and total and amount is None and (least := _floor_with_a_cap(sure)):
        amount = least
    return Estimate(
        incentive=incentive, status="eligible" if settled else "to_verify", lines=tuple(chosen), amount=amount,
        range=total if total and (amount is None or total[0] != total[1]) else None,
        beside=_beside(unsure) if sure else (), notes=(*notes, *remarks), failed=lost, lacks=lacks,
        caveats=tuple(dict.fromkeys((*caveats, *doubts))),
    )  # fmt: skip


def _by_the_old(line: Line) -> Line:
    """A line of an incentive that has run out: what it came to is told as history, without an amount."""
    if line.worked is None:
        return line
    worked = msgspec.structs.replace(line.worked, low=None, high=None, words=f"（按已到期的办法）{line.worked.words}")
    return msgspec.structs.replace(line, worked=worked)


def _lost(line: Line, named: bool) -> str:
    """Why a rule does not hold; beside other rules, with what it is about."""
    about = line.rule.when or line.rule.base
    return f"{about}：{'；'.join(line.failed)}" if named and about else "；".join(line.failed)


def _only_bounds(line: Line, sure: Sequence[Line]) -> bool:
    """Whether a rule only says how much several levels give at most, beside one whose amount is known."""
    alike = [other for other in sure if other.rule.alternative == line.rule.alternative and other.rule.kind != "cap"]
    return line.rule.kind == "cap" and bool(line.rule.alternative) and bool(alike)


def _total(lines: Sequence[Line]) -> tuple[Range | None, tuple[str, ...]]:
    """What the rules that hold give together: the best of alternatives, shared caps kept."""
    notes: list[str] = []
    parts: list[Range] = []
    shared: dict[str, list[Range]] = {}
    caps: dict[str, Decimal] = {}
    for group in _groups(lines):
        rule, best = group[0].rule, _best(group)
        if best and (cap := _shared_cap(rule)) is not None and isinstance(rule, Award):
            shared.setdefault(rule.cap_group, []).append(best)
            caps[rule.cap_group] = min(cap, caps.get(rule.cap_group, cap))
        elif best:
            parts.append(best)
        if len(group) > 1 and rule.alternative and sum(line.rule.kind != "cap" for line in group) > 1:
            notes.append(f"“{rule.alternative}”各档不重复享受，这里取最高的一档")
    for name, ranges in shared.items():
        low, high = _summed(ranges)
        parts.append((min(low, caps[name]), min(high, caps[name])))
        if high > caps[name]:
            notes.append(f"{name}最高{wan(caps[name])}，{wan(high)}按上限计")
    return (_summed(parts) if parts else None), tuple(notes)


def _summed(ranges: Sequence[Range]) -> Range:
    return sum((r[0] for r in ranges), Decimal(0)), sum((r[1] for r in ranges), Decimal(0))


def _shared_cap(rule: Rule) -> Decimal | None:
    """The lowest cap that a rule shares with others: that of a year, that over all years."""
    if not isinstance(rule, Award) or not rule.cap_group:
        return None
    caps = [decimal(cap) for cap in (rule.cap_group_wan_year, rule.cap_group_wan_total) if cap is not None]
    return min(caps, default=None)


def _groups(lines: Sequence[Line]) -> list[list[Line]]:
    groups: dict[str, list[Line]] = {}
    for i, line in enumerate(lines):
        groups.setdefault(line.rule.alternative or f"\0{i}", []).append(line)
    return list(groups.values())


def _best(group: Sequence[Line]) -> Range | None:
    """The highest of alternatives; a cap among them only bounds what the levels above may add."""
    ranges = [line.range for line in group if line.range and (line.rule.kind != "cap" or len(group) == 1)]
    if not ranges:
        return None
    low, high = max(ranges, key=lambda r: (r[1], r[0]))
    caps = [line.range[1] for line in group if line.range and line.rule.kind == "cap" and len(group) > 1]
    return low, max([high, *caps])


def _floor_with_a_cap(lines: Sequence[Line]) -> Decimal | None:
    """The sure part of an amount whose range comes only from a cap over several levels."""
    grouped = [line for line in lines if line.rule.kind != "cap" and line.range and line.range[0] == line.range[1]]
    others = [line for line in lines if line not in grouped]
    if others and grouped and all(line.rule.kind == "cap" and line.rule.alternative for line in others):
        total, _ = _total(grouped)
        return total[0] if total else None
    return None


def _conditional(lines: Sequence[Line]) -> Range | None:
    """From nothing to the most that may be had, where no rule is known to hold."""
    ranges = [r for group in _groups(lines) if (r := _best(group))]
    if not ranges:
        return None
    return Decimal(0), sum((r[1] for r in ranges), Decimal(0))


def _beside(unsure: Sequence[Line]) -> tuple[str, ...]:
    return tuple(
        f"如符合“{line.rule.when or '、'.join(line.rule.needs)}”：{line.worked.words}"
        for line in unsure
        if line.range and line.range[1] and line.worked
    )


def _caveats(incentive: Incentive, lines: Sequence[Line]) -> tuple[str, ...]:
    told = []
    if incentive.verify is not None:
        told.append(f"须核实：{incentive.verify.what.rstrip('。')}；{incentive.verify.why.rstrip('。')}")
    told += [f"以此为前提：{words}" for line in lines if line.holds is not False for words in line.assumed]
    return (*dict.fromkeys(told),)


def _remarks(incentive: Incentive, lines: Sequence[Line], names: dict[str, str]) -> tuple[str, ...]:
    """What is told beside the sums: with what the incentive cannot be had together, what a rule notes."""
    told = [f"与“{names.get(id_, id_)}”不重复享受" for id_ in incentive.not_with]
    told += [f"说明：{line.rule.note}" for line in lines if line.rule.note and not _is_told(line)]
    return tuple(dict.fromkeys(told))


def _is_told(line: Line) -> bool:
    """Whether a rule's note is not worth telling: the rule does not hold, or the note is a reason already told."""
    return line.holds is False or any(line.rule.note in words for words in line.open)


def cap_of(lines: Sequence[Line]) -> str:
    """The caps of the rules that count, in words; what was not seen is said to be not seen."""
    caps: list[str] = []
    for line in lines:
        rule = line.rule
        if line.holds is False or not isinstance(rule, Award):
            continue
        known = [
            f"{said}{wan(decimal(value))}"
            for value, said in (
                (rule.cap_wan, "最高"), (rule.cap_wan_year, "每年最高"), (rule.cap_wan_total, "累计最高"),
                (rule.cap_group_wan_year, f"{rule.cap_group}最高"), (rule.cap_group_wan_total, f"{rule.cap_group}合计最高"),
            )
            if value is not None
        ]  # fmt: skip
        caps += known or ([NO_CAP] if _grows(rule) else [])
    return "；".join(dict.fromkeys(caps))


def _grows(rule: Award) -> bool:
    """Whether the amount grows with the base, so that a cap is missed where none was seen."""
    if isinstance(rule, Tiers):
        return any(tier.cap_wan is None and (tier.rate or tier.max_rate or tier.min_rate) for tier in rule.tiers)
    return not isinstance(rule, Fixed)
