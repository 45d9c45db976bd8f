"""Where a column's value stands in plain data, and how it is put there without disturbing the order of keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from knowledge.spreadsheet.tables import REST, Column, Table


def value_of(data: Mapping[str, Any], column: Column, table: Table) -> Any:
    """The stored value a column shows, or None."""
    if column.field == REST:
        own = {other.field for other in table.columns}
        return {key: value for key, value in data.items() if key not in own}
    outer, _, inner = column.field.partition(".")
    value = data.get(outer)
    return (value or {}).get(inner) if inner else value


def put_column(data: dict[str, Any], column: Column, value: Any, table: Table, order: Sequence[str]) -> dict[str, Any]:
    """The data with what a column says; None takes an optional key out."""
    if column.field == REST:
        own = {other.field for other in table.columns}
        kept = {key: item for key, item in data.items() if key in own}
        settings: dict[str, Any] = value or {}
        for key, item in settings.items():
            kept = put(kept, key, item, [key for key in order if key not in settings] + list(settings))
        return kept
    outer, _, inner = column.field.partition(".")
    if inner:
        nested = {key: item for key, item in (data.get(outer) or {}).items() if key != inner}
        return put(data, outer, nested if value is None else {**nested, inner: value}, order)
    default = next(iter(column.choices.values()), None)
    if column.optional and (value is None or (column.choices and value == default)):
        return {key: item for key, item in data.items() if key != outer}
    return put(data, outer, value, order)


def put(data: dict[str, Any], key: str, value: Any, order: Sequence[str]) -> dict[str, Any]:
    """The data with a key set; a new key comes after the nearest key that stands before it in `order`."""
    if key in data:
        return {**data, key: value}
    earlier = set(order[: order.index(key)]) if key in order else set(data)
    at = max((i for i, other in enumerate(data, 1) if other in earlier), default=0)
    items = list(data.items())
    return dict([*items[:at], (key, value), *items[at:]])
