"""Tokens of the bureau's other systems; tasks that editors make of questions the assistant did not answer well."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_tokens"
down_revision = "0005_deadlines"
branch_labels = None
depends_on = None

_time = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(40), nullable=False),
        sa.Column("created_at", _time, nullable=False),
        sa.Column("expires_at", _time, nullable=False),
        sa.Column("revoked_at", _time, nullable=True),
        sa.Column("last_used_at", _time, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.UniqueConstraint("digest", name="uq_tokens_digest"),
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(500), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("editor", sa.String(40), nullable=False),
        sa.Column("created_at", _time, nullable=False),
        sa.Column("done_at", _time, nullable=True),
        sa.Column("done_by", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
    )
    op.create_index("ix_tasks_done_at", "tasks", ["done_at"])
    op.add_column("turns", sa.Column("task_id", sa.Integer(), nullable=True))
    op.create_index("ix_turns_task_id", "turns", ["task_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_turns_task_id", table_name="turns")
    op.drop_column("turns", "task_id")
    op.drop_table("tasks")
    op.drop_table("tokens")
