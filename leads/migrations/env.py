"""Alembic's entrance: runs in the transaction that `leads.migrating` opened, which holds the lock."""

from __future__ import annotations

from alembic import context

from leads.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite can't change a column in place
)
with context.begin_transaction():
    context.run_migrations()
