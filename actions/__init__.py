"""What runs in the action server: one module per investor journey, plus the envelope."""
