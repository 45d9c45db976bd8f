"""Reads public test cases of money, phone numbers, e-mail and dates: `make bench-slots`.

    python benchmarks/slots.py [--data FOLDER]

Cases that a lead form would never be told are left out by the rules below, stated before anything was measured;
every one of them is listed with its rule. What was tried beside our own parsers is in docs/slots.md.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import phonenumbers
from hypothesis import HealthCheck, given, settings

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from knowledge.slots import contacts, currencies, dates, money  # noqa: E402
from tests.support.amounts import spelt_amounts  # noqa: E402

Case = tuple[str, str, "str | None", bool]
"""Set, text, the rule that leaves it out, whether it passed."""

_GENERATED = 20_000
_LUNAR = re.compile(
    r"农历|阴历|腊月|正月|冬月|廿|初[一二三四五六七八九十]|闰|大年|除夕|端午|中秋|春节|清明|重阳|七夕|元宵|立[春夏秋冬]|[夏冬]至|[春秋]分|芒种|雨水|惊蛰|谷雨|处暑|白露|霜降|[大小][寒暑雪]|小满|寒露"
)
_OTHER_FEASTS = re.compile(
    r"圣诞|感恩|万圣|情人|母亲节|父亲节|教师节|儿童节|妇女节|青年节|建军|建党|植树|护士|记者|双十一|愚人|平安夜|复活"
)
_SECONDS = re.compile(r"秒|[:：]\d\d[:：]\d\d")
_HISTORY = re.compile(
    r"世纪|年代|以来|至今|过去|最近|近[一二两三四五六七八九十\d]|前[一二两三四五六七八九十\d]|上[上个周星礼月]|昨|前天|去年|前年|刚|之前$|以前$|[时钟天周月年]前$"
)
_SEASON = re.compile(r"春季|夏季|秋季|冬季|[春夏秋冬]天|第[一二三四五\d]+[周天个]|每|后半夜|白天")


def money_cases(data: Path) -> Iterator[Case]:
    """JioNLP's parse cases and Recognizers' currency cases: amount and currency must be right."""
    for row in _rows(data / "slots" / "jionlp_money_parse.jsonl"):
        wanted = row["expected"]["num"]
        low, high = (Decimal(n) for n in (wanted if isinstance(wanted, list) else (wanted, wanted)))
        found = money.find(row["text"])
        kind = row["expected"]["definition"]
        one = found[0] if len(found) == 1 else None
        good = one is not None and (
            (kind == "blur+" and one.low == low) or (kind == "blur-" and high in (one.high, one.low))
            or (_cent(one.low) == low and _cent(one.high) == high)
        )  # fmt: skip
        yield "金额（JioNLP）", row["text"], None, good
    for row in _rows(data / "slots" / "recognizers_zh.jsonl"):
        if row["slot"] != "currency":
            continue
        wanted = [e["Resolution"] for e in row["expected"]]
        rule = None
        if any(w["value"] is None for w in wanted) or not wanted:
            rule = "没有数额，只有货币名"
        elif any(
            "isoCurrency" not in w or w["isoCurrency"] not in set(currencies.known().codes.values()) for w in wanted
        ):
            rule = "投资者不会使用的货币或币种不明"
        elif any(not _amounts(w["value"]) for w in wanted):
            rule = "没有数额，只有货币名"
        pairs = {(m.low, m.currency) for m in money.find(row["text"])}
        good = rule is None and all((Decimal(w["value"]), w["isoCurrency"]) in pairs for w in wanted)
        yield "金额（Recognizers）", row["text"], rule, good


def phone_cases(data: Path) -> Iterator[Case]:
    """Mainland numbers: the digits must be found and no others."""
    for row in _rows(data / "slots" / "phone_cn_subset.jsonl"):
        wanted = {re.sub(r"\D", "", e["Text"]) for e in row["expected"]}
        rule = None
        if any(not _can_exist(number) for number in wanted):
            rule = "号码不可能存在（libphonenumber 判为无效），登记表不应接受"
        given = {re.sub(r"\D", "", c.surface) for c in contacts.find(row["text"]) if c.kind != "email"}
        yield "电话", row["text"], rule, given == wanted


def email_cases(data: Path) -> Iterator[Case]:
    """What is left when the addresses are taken out must be what JioNLP leaves."""
    for row in _rows(data / "slots" / "jionlp_email.jsonl"):
        text = row["text"]
        left = text
        for contact in contacts.find(text):
            if contact.kind == "email":
                left = re.sub(re.escape(contact.surface), "", left, flags=re.IGNORECASE)
        yield "邮箱", text, None, re.sub(r"(?i)email:|\s", "", left) == re.sub(r"(?i)email:|\s", "", row["expected"])


def date_cases(data: Path) -> Iterator[Case]:
    """Spans of time: the first and the last day must be right, and the hour and minute where one was said."""
    for row in _rows(data / "slots" / "jionlp_time_parse.jsonl"):
        text, wanted = row["text"], row["expected"]
        base, rule = _base(row["extra"][0]), None
        if wanted["type"] not in ("time_point", "time_span"):
            rule = "时长或周期，不是时间"
        elif base is None:
            rule = "基准时间不完整"
        elif "inf" in str(wanted["time"]) or not isinstance(wanted["time"][0], str):
            rule = "没有起止"
        else:
            rule = _left_out(text, wanted["time"][1], base)
        good = rule is None and base is not None and _same_span(text, wanted["time"], base)
        yield "日期（JioNLP）", text, rule, good
    for row in _rows(data / "slots" / "recognizers_zh.jsonl"):
        if row["slot"] != "date_parser":
            continue
        text, wanted = row["text"], row["expected"][0]["Value"]["FutureResolution"].get("date", "")
        base = datetime.fromisoformat(row["context"]["ReferenceDateTime"])
        rule = (
            "没有起止"
            if not re.fullmatch(r"[12]\d{3}-\d\d-\d\d", wanted)
            else _left_out(text, f"{wanted} 23:59:59", base)
        )
        found = dates.find(text, base) if rule is None else []
        good = any(p.start is not None and f"{p.start:%Y-%m-%d}" == wanted for p in found)
        yield "日期（Recognizers）", text, rule, good


def _left_out(text: str, end: str, base: datetime) -> str | None:
    for pattern, reason in (
        (_LUNAR, "农历和节气，不作预约"), (_OTHER_FEASTS, "不放假的节日"), (_SECONDS, "精确到秒"), (_SEASON, "季节、第几周"),
        (_HISTORY, "说的是过去"),
    ):  # fmt: skip
        if pattern.search(text):
            return reason
    past = datetime.strptime(end, "%Y-%m-%d %H:%M:%S") < base - timedelta(days=1)  # noqa: DTZ007 - the data are naive
    return "说的是过去" if past else None


def _same_span(text: str, wanted: list[str], base: datetime) -> bool:
    period = dates.answer(text, base)
    if not isinstance(period, dates.Period) or period.start is None or period.end is None:
        return False
    first, last = (datetime.strptime(t, "%Y-%m-%d %H:%M:%S") for t in wanted)  # noqa: DTZ007 - the data are naive
    if (
        period.start.date() != first.date()
        or (period.end - timedelta(seconds=1)).date() != (last - timedelta(seconds=1)).date()
    ):
        return False
    return period.grain != "minute" or (period.start.hour, period.start.minute) == (first.hour, first.minute)


def _base(extra: Any) -> datetime | None:
    stamps = {"_ts_1": 1623604000, "_ts_2": 1630480532}
    if isinstance(extra, dict) and extra.get("$expr") in stamps:
        extra = float(stamps[extra["$expr"]])
    if isinstance(extra, float):
        return datetime(1970, 1, 1, 8) + timedelta(seconds=extra)  # noqa: DTZ001 - the data are naive, in China's zone
    return datetime(*extra) if isinstance(extra, list) and len(extra) >= 3 else None  # noqa: DTZ001


def _can_exist(digits: str) -> bool:
    try:
        return phonenumbers.is_valid_number(
            phonenumbers.parse(digits if not digits.startswith("86") else f"+{digits}", "CN")
        )
    except phonenumbers.NumberParseException:
        return False


def _amounts(value: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", value))


def _cent(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.01"), rounding="ROUND_DOWN")


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def misread(examples: int) -> tuple[int, int, list[str]]:
    """Amounts in every spelling: how many were read, how many not, and every message that was read wrongly."""
    told = {"read": 0, "unread": 0}
    wrong: list[str] = []

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(spelt_amounts())
    def read(case: tuple[str, Decimal]) -> None:
        text, value = case
        found = money.find(text)
        told["read" if found else "unread"] += 1
        wrong.extend(text for m in found if value not in (m.low, m.high))

    read()
    return told["read"], told["unread"], wrong


def main() -> int:
    """Print the table, and write it with every case left out or failed."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument(
        "--data", type=Path, default=Path(os.environ.get("BENCH_DATA", ROOT.parent / "shared" / "data"))
    )
    data = options.parse_args().data
    readers: list[Callable[[Path], Iterator[Case]]] = [money_cases, phone_cases, email_cases, date_cases]
    cases = [case for reader in readers for case in reader(data)]
    lines = ["| 集 | 全部 | 列入 | 通过 | 通过率 |", "| --- | --- | --- | --- | --- |"]
    for name in dict.fromkeys(c[0] for c in cases):
        own = [c for c in cases if c[0] == name]
        kept = [c for c in own if c[2] is None]
        passed = sum(c[3] for c in kept)
        lines.append(f"| {name} | {len(own)} | {len(kept)} | {passed} | {100 * passed / max(1, len(kept)):.1f}% |")
    read, unread, wrong = misread(_GENERATED)
    lines += ["", f"生成的金额说法 {read + unread} 句：读对 {read - len(wrong)}，不读 {unread}，读错 {len(wrong)}。"]
    table = "\n".join(lines)
    print(table)
    failed = "\n".join(f"- 生成的说法，读错：{text}" for text in wrong)
    failed += "\n".join(f"- {name}：{text}" for name, text, rule, good in cases if rule is None and not good)
    reasons = "\n".join(
        f"- {reason}（{sum(c[2] == reason for c in cases)}）：{'；'.join(c[1] for c in cases if c[2] == reason)}"
        for reason in dict.fromkeys(c[2] for c in cases if c[2])
    )
    when = datetime.now().astimezone()
    page = f"# 登记表里的值：公开用例的通过率\n\n`make bench-slots`，{when:%Y-%m-%d}\n\n{table}\n\n## 未通过\n\n{failed}\n\n## 未列入，按规则\n\n{reasons}\n"
    (ROOT / "benchmarks" / f"{when:%Y-%m-%d}-slots.md").write_text(page, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
