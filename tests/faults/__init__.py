"""Kills what can be killed while leads come in, and counts what became of every one of them."""
