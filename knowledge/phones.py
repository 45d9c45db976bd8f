"""Whether an office's telephone number is one, by phonenumbers (Google's libphonenumber)."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import PhoneNumberType, shortnumberinfo

_SHAPE = re.compile(r"[\d\-()+ ]{3,24}(?:(?:转|-|#)\d{1,6})?")
_EXTENSION = re.compile(r"(?:转|-|#)\d{1,6}$")
_AREA_CODE = re.compile(r"0\d{2,3}")
_LOCAL = re.compile(r"[2-8]\d{6,7}")
"""A number of the city itself, as some sources give it."""
_FIXED = (PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def fault_of(phone: str) -> tuple[str, str] | None:
    """What is wrong with a number and how to mend it; None where nothing is."""
    if not _SHAPE.fullmatch(phone):
        return f"不像电话号码：{phone}", "只写一个号码，说明写到 note"
    digits = re.sub(r"\D", "", phone)
    if _AREA_CODE.fullmatch(phone) or _LOCAL.fullmatch(digits) or _is_service(digits):
        return None
    number = _parsed(phone) or _parsed(_EXTENSION.sub("", phone))
    if number is None:
        return f"不是一个存在的电话号码：{phone}", "核对位数和区号，如 0531-66600000；有分机的写“转802”"
    if number.country_code == 86 and phonenumbers.number_type(number) in _FIXED and not _has_prefix(phone):
        return f"固定电话缺少区号前的0：{phone}", f"写成 0{digits}"
    return None


def with_its_zero(digits: str) -> str | None:
    """A fixed number whose leading zero a spreadsheet took away, with it; None where that is not certain."""
    number = _parsed(f"0{digits}") if digits.isdigit() and not digits.startswith("0") else None
    if number is None or phonenumbers.number_type(number) not in _FIXED or str(number.national_number) != digits:
        return None
    return f"0{digits}"


def _is_service(digits: str) -> bool:
    """12345, 96888, 110: numbers that are dialled as they are."""
    if len(digits) > 6 or digits.startswith("0"):
        return False
    return bool(shortnumberinfo.is_valid_short_number_for_region(phonenumbers.parse(digits, "CN"), "CN"))


def _has_prefix(phone: str) -> bool:
    return phone.strip("( ").startswith(("0", "+", "86"))


def _parsed(phone: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(phone, "CN")
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None
