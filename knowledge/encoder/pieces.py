"""Cuts a text into the pieces that the encoder knows: XLM-R's, as far as investors here can need them.

Of its 250,000 pieces those are kept that are written in Chinese, Japanese, Korean and Latin script, with signs and digits;
a text in these is cut as XLM-R cuts it. Other scripts become unknown pieces. It saves each server 30 MB.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from knowledge.encoder.weights import Special, Weights

_SPACES = re.compile(" +")
_SCRIPTS = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "LATIN", "FULLWIDTH", "HALFWIDTH")
"""How Unicode's names of their characters begin."""


def kept_pieces(weights: Weights) -> list[int]:
    """Ids of the pieces to keep, in their order; those that stand for no text first, where they were."""
    special = {weights.special.begin, weights.special.end, weights.special.pad, weights.special.unknown}
    return [
        number
        for number, piece in enumerate(weights.pieces)
        if number in special or (piece != "<mask>" and all(map(_is_kept, piece)))
    ]


def _is_kept(character: str) -> bool:
    return unicodedata.category(character)[0] in "PSNZ" or unicodedata.name(character, "").startswith(_SCRIPTS)


def model_of(pieces: Sequence[str], scores: Sequence[float], special: Special) -> bytes:
    """A sentencepiece model of these pieces, which are taken as they are: `Pieces` normalises by itself."""
    from sentencepiece import sentencepiece_model_pb2

    protobuf: Any = sentencepiece_model_pb2  # its classes are made when it is imported
    kinds = protobuf.ModelProto.SentencePiece
    of_special = {special.unknown: kinds.UNKNOWN, special.begin: kinds.CONTROL, special.end: kinds.CONTROL, special.pad: kinds.CONTROL}  # fmt: skip
    model = protobuf.ModelProto()
    for number, (piece, score) in enumerate(zip(pieces, scores, strict=True)):
        model.pieces.add(piece=piece, score=score, type=of_special.get(number, kinds.NORMAL))
    model.trainer_spec.model_type = model.trainer_spec.UNIGRAM
    for name, number in (("unk", special.unknown), ("bos", special.begin), ("eos", special.end), ("pad", special.pad)):
        setattr(model.trainer_spec, f"{name}_id", number)
        setattr(model.trainer_spec, f"{name}_piece", pieces[number])
    model.normalizer_spec.name = "identity"
    model.normalizer_spec.add_dummy_prefix = True
    model.normalizer_spec.remove_extra_whitespaces = False
    model.normalizer_spec.escape_whitespaces = True
    return bytes(model.SerializeToString())


class Pieces:
    """Text → ids. Safe to share between threads."""

    def __init__(self, file: Path, normalisation: Mapping[str, str]) -> None:
        from sentencepiece import SentencePieceProcessor

        self._cut = SentencePieceProcessor(model_file=str(file)).encode
        self._normalise = str.maketrans(dict(normalisation))

    def of(self, text: str) -> list[int]:
        """The ids of a text, without those of its begin and end."""
        ids: list[int] = self._cut(_SPACES.sub(" ", text.translate(self._normalise)))
        return ids
