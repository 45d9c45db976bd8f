"""Which office an investor may turn to, by the conversation's city."""

from __future__ import annotations

from actions.turn.conversation import Conversation
from actions.turn.wording import ways_on
from knowledge.model import Common
from knowledge.search import Searcher

_OFFICES = {
    "济南": ("jn-12345", "jn-bureau"),
    "兰州": ("lz-hz", "lz-xq-c", "jn-12345"),
    "": ("jn-12345", "jn-bureau", "lz-xq-c"),
}


def way_to_office(talk: Conversation, searcher: Searcher) -> tuple[str, list[Common]]:
    """A sentence on how to reach the offices of the city that is talked about, and their records."""
    contacts = searcher.catalogue.existing(_OFFICES[talk.city if talk.city in _OFFICES else ""])
    return ways_on(contacts).replace("，也可以回复“转人工”", ""), contacts
