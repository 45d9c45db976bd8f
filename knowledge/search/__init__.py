"""Search: what a question is about, and which sentence answers it."""

from knowledge.search.query import Evidence, Hit, Query, ScoredStatement
from knowledge.search.searcher import Searcher

__all__ = ["Evidence", "Hit", "Query", "ScoredStatement", "Searcher"]
