"""Puts an estimate into words that say everything: people on WeChat read the text alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from actions.turn.reply import Estimate as Told
from actions.turn.reply import Lines, Reply
from actions.turn.wording import source_line
from knowledge.estimating.inputs import Inputs
from knowledge.estimating.lines import Line
from knowledge.estimating.outcome import NO_PROMISE, Estimate, cap_of
from knowledge.estimating.reach import Question
from knowledge.estimating.saying import plain, wan
from knowledge.model import Incentive
from knowledge.statements import effective_of

LEAVE_CONTACT = "需要招商人员帮您核对条件和申报的，回复“登记”让招商人员联系您。"
_MOST, _MOST_STOPPED = 4, 3
_LEAD = {"eligible": "可以测算", "ineligible": "不符合", "to_verify": "须核实"}
_NOT_SUMMED = "各项能否叠加，记录里没有写明的不作合计。"


def estimated(
    estimates: Sequence[Estimate], inputs: Inputs, today: dt.date, instead: Sequence[Incentive] = ()
) -> Reply:
    """The result: each incentive with rule, amount, cap, failing condition, document, date and what to verify.

    `instead` are incentives in force, offered where one that was asked for has been stopped.
    """
    shown = estimates[:_MOST]
    parts = [f"按您给的情况测算（{told_in_words(inputs)}）："] if told_in_words(inputs) else []
    places: list[Lines] = []
    for i, made in enumerate(shown, 1):
        line, own = len(parts), _one(made, i if len(shown) > 1 else 0)
        places.append((line, line + len(own)))
        parts += own
    if len(estimates) > len(shown):
        parts.append(
            f"另有{len(estimates) - len(shown)}项与您说的情况有关，可以点名让我测算：{_names(estimates[_MOST:])}。"
        )
    if instead:
        named = "、".join(incentive.name for incentive in instead)
        parts.append(f"{instead[0].city}没有见到停止或到期、可以测算的有：{named}。点名并说明情况，我就测算。")
    if sum(made.status == "eligible" for made in shown) > 1:
        parts.append(_NOT_SUMMED)
    parts.append(f"{NO_PROMISE}，按{today.isoformat()}知识库收录的规则计算，能否兑现以主管部门书面答复为准。")
    records = [made.incentive for made in shown]
    parts.append("来源：" + "；".join(source_line([record], ()).removeprefix("来源：") for record in records))
    parts.append(LEAVE_CONTACT)
    return Reply(
        kind="estimate", text="\n".join(parts), records=records, estimates=[told(made, lines) for made, lines in zip(shown, places, strict=True)],
        suggestions=[f"{records[0].name}怎么申报？"],
    )  # fmt: skip


def asked(question: Question, more: str = "") -> Reply:
    """Asks for one missing input."""
    return Reply(kind="clarify", text=f"{more}{question.text}\n不方便提供的，回复“跳过”。", options=question.options)


def told(made: Estimate, lines: Lines | None = None) -> Told:
    """As the envelope holds it."""
    return Told(
        id=made.incentive.id, status=made.status, amount_wan=_float(made.amount),
        range_wan=(_number(made.range[0]), _number(made.range[1])) if made.range else None, why=why_of(made),
        caveats=[*made.caveats, NO_PROMISE], lines=lines,
    )  # fmt: skip


def told_in_words(inputs: Inputs) -> str:
    """The rates of exchange that the investor named; what else was told stands in the sums."""
    said = {"USD": "美元", "EUR": "欧元", "HKD": "港元", "JPY": "日元", "GBP": "英镑"}
    return "、".join(
        f"1{said.get(code, code)}={plain(rate)}元人民币，汇率由您提供" for code, rate in inputs.rates.items()
    )


def why_of(made: Estimate) -> str:
    """The rules in words with the numbers put in, or the condition that fails."""
    said = [
        f"{_subject(line)}{line.worked.words}"
        for line in made.lines
        if line.worked and line.worked.words and line.holds is not False
    ]
    said += [f"不符合：{failed}" for failed in made.failed]
    return "；".join(dict.fromkeys(said)) or "资料里没有可以计算的规则"


def _one(made: Estimate, place: int) -> list[str]:
    incentive = made.incentive
    document = incentive.document_number or "文号未见"
    lines = [f"{f'{place}. ' if place else ''}{incentive.name}（{document}；{effective_of(incentive)}）"]
    lines.append(f"   结论：{_LEAD[made.status]}{_amount(made)}")
    for line in made.lines:
        if line.worked and line.worked.words and line.holds is not False and (line.holds or not made.beside):
            lines.append(f"   · {_subject(line)}{line.worked.words}")
        elif line.holds is not False and line.worked is None and line.rule.when:
            lines.append(f"   · {line.rule.when}：还缺数字或条件，未能计算")
    lines += [f"   · {words}" for words in made.beside]
    lines += [f"   不符合的条件：{words}" for words in made.failed]
    if incentive.stopped_by:
        lines += [f"   · {benefit.text}" for benefit in incentive.benefits[:_MOST_STOPPED]]
    lines += [f"   · {words}" for words in made.notes]
    if cap := cap_of([line for line in made.lines if line.holds is not False]):
        lines.append(f"   上限：{cap}")
    if made.incentive.issuing_authority:
        lines.append(f"   发文单位：{made.incentive.issuing_authority}")
    lines += [f"   {words}。" for words in made.caveats]
    return "\n".join(lines).split("\n")


def _subject(line: Line) -> str:
    rule = line.rule
    to = f"给{rule.beneficiary}" if rule.beneficiary else ""
    if rule.kind in ("fixed", "cap", "case_by_case", "limit") or not (rule.when or rule.base):
        return f"{to}：" if to else ""
    return f"{rule.when or rule.base}{f'（{to}）' if to else ''}："


def _amount(made: Estimate) -> str:
    amounts = []
    if made.amount is not None:
        amounts.append(f"，约{wan(made.amount)}")
    if made.range is not None:
        amounts.append(f"，范围{wan(made.range[0])}至{wan(made.range[1])}")
    return "".join(amounts) or ("" if made.status == "ineligible" else "，没有可以直接算出的金额")


def _names(estimates: Sequence[Estimate]) -> str:
    return "、".join(made.incentive.name for made in estimates[:5])


def _float(amount: Decimal | None) -> float | None:
    return None if amount is None else _number(amount)


def _number(amount: Decimal) -> float:
    return float(round(amount, 4))
