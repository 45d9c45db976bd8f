"""Choosing a site for a project (选园)."""
