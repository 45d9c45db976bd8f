"""jieba's dictionary of Chinese words: what search cuts texts with, and what tells a numeral from a word."""

from __future__ import annotations

import logging
import warnings
from functools import lru_cache

from knowledge.paths import cache_folder

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # jieba asks setuptools for something it will lose one day
    import jieba

jieba.setLogLevel(logging.WARNING)
Dictionary = jieba.Tokenizer


@lru_cache(maxsize=1)
def dictionary() -> jieba.Tokenizer:
    """jieba's own words, read once a process: reading them takes longer than all else of a reload."""
    cache_folder().mkdir(parents=True, exist_ok=True)
    tokenizer = jieba.Tokenizer()
    # jieba would keep its binary dictionary under a fixed name in the temporary folder that all users share.
    tokenizer.tmp_dir, tokenizer.cache_file = str(cache_folder()), "jieba.cache"
    tokenizer.initialize()
    return tokenizer
