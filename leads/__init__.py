"""The bureau's pipeline: what an investor left, who works on it, and how it reaches the bureau. Imports no other room."""
