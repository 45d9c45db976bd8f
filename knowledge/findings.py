"""A Finding: one fault of one record, told so that the person who edits records can mend it."""

from __future__ import annotations

from typing import Literal

import msgspec


class Finding(msgspec.Struct, frozen=True):
    """`where` is a file (or row), `field` the key at fault, `problem` and `mend` are Chinese sentences."""

    where: str
    field: str
    problem: str
    mend: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        mark = "错误" if self.severity == "error" else "提醒"
        place = f"{self.where} · {self.field}" if self.field else self.where
        return f"[{mark}] {place}:{self.problem} → {self.mend}"
