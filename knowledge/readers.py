"""Every function that reads what an outsider wrote, on one list, so that a test can hold each to its budget.

    @reader
    def find(text: str) -> list[Money]: ...

What is read must take time linear in its length: a message of 3,000 characters at most `BUDGET` seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., object])
BUDGET = 0.02
"""Seconds for a message of `LONGEST` characters."""
LONGEST = 3000
READERS: dict[str, Callable[..., object]] = {}
"""Module and name → the function; the first argument is the text."""


def reader(function: F) -> F:
    """Put a function on the list."""
    READERS[f"{function.__module__}.{function.__qualname__}"] = function
    return function
