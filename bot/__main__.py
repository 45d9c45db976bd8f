"""`python -m bot …` is `rasa …`, lean, and without the deprecation warnings that its pinned libraries give when imported."""

import warnings
from importlib import import_module

from bot import lean

lean.apply()
with warnings.catch_warnings():
    # Sanic and pyparsing switch their warnings on when imported, so they come first and the rest behind our filter.
    for name in ("sanic.app", "pyparsing"):
        import_module(name)
    warnings.simplefilter("ignore")
    for name in ("pkg_resources", "rasa.api", "rasa.core.run"):
        import_module(name)

if __name__ == "__main__":
    import_module("bot.listening").adopt()
    import_module("rasa.__main__").main()
