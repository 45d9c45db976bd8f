"""What a cell says that Excel keeps as a number or a date although a text belongs there.

Excel drops what it takes for nothing: the zero before 0531, the last zero of 1991.10, all digits after the fifteenth.
What its format still shows is read as shown; what is not certain is a fault that says how to mend it.
"""

from __future__ import annotations

import datetime as dt
import re

from knowledge.phones import with_its_zero
from knowledge.spreadsheet.cells import Fault, plain_number

_ZEROS, _DECIMALS = re.compile(r"0{2,20}"), re.compile(r"0+\.(0{1,10})")
_AS_TEXT = "把单元格格式设为“文本”后重新输入"
_MOST_DIGITS = 15
"""What Excel keeps of a number."""


def number_as_text(value: int | float, number_format: str, is_phone: bool) -> str:
    """A number where a text belongs; raises `Fault` where its digits are not certain."""
    if isinstance(value, float) and value != int(value):
        if match := _DECIMALS.fullmatch(number_format):
            return f"{value:.{len(match[1])}f}"
        shown = plain_number(value)
        raise Fault(f"这是数字格：{shown}，末尾的0可能没了（键入1991.10会变成1991.1）", _AS_TEXT)
    digits = str(int(value))
    if len(digits.lstrip("-")) > _MOST_DIGITS:
        raise Fault(f"这是数字格，超过{_MOST_DIGITS}位的数字已被 Excel 改动：{digits}", _AS_TEXT)
    if _ZEROS.fullmatch(number_format):
        return digits.zfill(len(number_format))
    return (with_its_zero(digits) or digits) if is_phone else digits


def date_as_text(value: dt.datetime | dt.date, number_format: str, is_date: bool) -> str:
    """A date as precise as its format shows it; raises `Fault` where Excel made a date, or a year, of something else."""
    shown = re.sub(r'"[^"]{0,20}"|\[[^\]]{0,20}\]', "", number_format.lower())
    has_year, has_month, has_day = "y" in shown or shown == "general", "m" in shown, "d" in shown
    if not has_year:
        raise Fault(f"被 Excel 当成了日期，年份是它补的：{value:%Y-%m-%d}", _AS_TEXT)
    if is_date:
        return value.strftime("%Y-%m-%d" if has_day or shown == "general" else "%Y-%m" if has_month else "%Y")
    if has_day and has_month:
        return value.strftime("%Y-%m-%d")
    raise Fault(f"被 Excel 当成了日期：{value:%Y-%m-%d}", _AS_TEXT)
