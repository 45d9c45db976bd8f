"""What an encoder's folder holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

GRAPH = "encoder.onnx"
PIECES = "pieces.model"
WORDS = "words.npy"
"""Embedding of every piece in eight bits (pieces × width), one scale each in `SCALES`."""
SCALES = "scales.npy"
PLACES = "places.npy"
"""Embedding of every place in a text (places × width, float32)."""
ABOUT = "about.json"
KEYS = ("made_of", "digest", "dimensions", "begin", "end", "floor", "span", "normalisation")
"""What it was made of and what came out (sha256), the width, ids of the first and the last piece of a text, the scale of
cosines, and what single characters are read as."""


def about(folder: Path) -> dict[str, Any]:
    """What the folder says of itself: see `KEYS`.

    Raises `OSError` where there is no encoder, or none that can be read.
    """
    try:
        told = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        return {name: told[name] for name in KEYS}
    except (ValueError, KeyError) as error:
        raise OSError(f"{folder.name}/{ABOUT} is not readable ({error}); make train makes it anew") from error
