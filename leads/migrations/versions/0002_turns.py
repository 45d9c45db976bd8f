"""The log of turns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_turns"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of turns."""
    op.create_table(
        "turns",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("talk_id", sa.String(200), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("question", sa.String(3000), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("intent", sa.String(60), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("records", sa.JSON(), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
    )
    op.create_index("ix_turns_at", "turns", ["at"])
    op.create_index("ix_turns_kind_at", "turns", ["kind", "at"])
    op.create_index("ix_turns_talk_id", "turns", ["talk_id"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("turns")
