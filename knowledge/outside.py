"""Examples of messages that no record should answer: small talk, other cities, requests that are not proper.

They are the training examples of two intents and live with the others in data/nlu/scope.yml, so that one edit
serves the classifier (after `make train`) and the search (at once).
"""

from __future__ import annotations

from pathlib import Path

import yaml

from knowledge.paths import EXAMPLES


def outside_examples(path: Path = EXAMPLES) -> dict[str, list[str]]:
    """Intent → examples; raises `OSError` or `yaml.YAMLError`."""
    intents = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
    return {i["intent"]: [line.removeprefix("- ") for line in i["examples"].splitlines() if line] for i in intents}
