"""What an investor may get (政策测算)."""
