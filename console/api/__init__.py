"""The interface for the bureau's other systems: `/api/v1`, described by OpenAPI, entered by tokens."""
