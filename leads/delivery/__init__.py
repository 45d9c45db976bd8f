"""The destinations a lead is handed to: one module each, over one HTTP client. The worker calls `base.deliver`."""
