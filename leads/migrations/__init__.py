"""The history of the tables, in Alembic's form; `leads.migrating` applies it."""
