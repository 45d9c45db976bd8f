"""The website widget's channel: see docs/widget.md for its use and ADR 0014 for its protocol."""
