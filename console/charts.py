"""Charts as SVG, drawn on the server: no script, no inline style, and they print. Colours stand in console.css."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from markupsafe import Markup

_WIDTH, _ROW, _LABEL, _VALUE = 640, 28, 170, 130
_HEIGHT, _BOTTOM, _TOP = 220, 40, 24
_FEWEST = 6
"""Columns are no wider than where there are so many."""
_LONGEST = 12
"""Characters of a label that fit beside a bar."""


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One bar: its label, its length, and what stands behind it."""

    label: str
    value: float
    shown: str = ""


def bars(title: str, rows: Sequence[Bar]) -> Markup:
    """Horizontal bars, one under the other."""
    most = max((row.value for row in rows), default=0) or 1
    room = _WIDTH - _LABEL - _VALUE
    drawn = Markup("").join(
        Markup(
            '<text class="chart-label" x="{0}" y="{1}" text-anchor="end">{2}</text>'
            '<rect class="chart-bar" x="{3}" y="{4}" width="{5}" height="{6}" rx="2"></rect>'
            '<text class="chart-value" x="{7}" y="{1}">{8}</text>'
        ).format(
            _LABEL - 8, at * _ROW + 19, _short(row.label), _LABEL, at * _ROW + 5, _size(row.value / most * room),
            _ROW - 10, _size(_LABEL + row.value / most * room + 6), row.shown or f"{row.value:g}",
        )
        for at, row in enumerate(rows)
    )  # fmt: skip
    return _svg(title, drawn, _ROW * max(len(rows), 1))


def columns(title: str, rows: Sequence[Bar]) -> Markup:
    """Vertical bars, one beside the other, for what goes on in time."""
    most = max((row.value for row in rows), default=0) or 1
    step = _WIDTH / max(len(rows), _FEWEST)
    room = _HEIGHT - _BOTTOM - _TOP
    drawn = Markup("").join(
        Markup(
            '<rect class="chart-bar" x="{0}" y="{1}" width="{2}" height="{3}" rx="2"></rect>'
            '<text class="chart-value" x="{4}" y="{5}" text-anchor="middle">{6}</text>'
            '<text class="chart-label" x="{4}" y="{7}" text-anchor="middle">{8}</text>'
        ).format(
            _size(at * step + step * 0.15), _size(_TOP + room - row.value / most * room), _size(step * 0.7),
            _size(row.value / most * room), _size(at * step + step / 2), _size(_TOP + room - row.value / most * room - 6),
            row.shown or f"{row.value:g}", _HEIGHT - 18, row.label,
        )
        for at, row in enumerate(rows)
    )  # fmt: skip
    return _svg(title, drawn, _HEIGHT)


def _svg(title: str, drawn: Markup, height: int) -> Markup:
    return Markup(
        '<svg class="desk-chart" viewBox="0 0 {0} {1}" role="img" aria-label="{2}" xmlns="http://www.w3.org/2000/svg">{3}</svg>'
    ).format(_WIDTH, height, title, drawn)


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST else label[: _LONGEST - 1] + "…"


def _size(value: float) -> str:
    return f"{value:.1f}"
