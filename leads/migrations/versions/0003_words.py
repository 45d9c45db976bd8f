"""What an officer says goes through the outbox to the investor's channel."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_words"
down_revision = "0002_turns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a row of the outbox belong to a conversation."""
    op.add_column("deliveries", sa.Column("talk_id", sa.String(200), nullable=True))
    op.create_index("ix_deliveries_talk_id", "deliveries", ["talk_id"])


def downgrade() -> None:
    """Take that back."""
    op.drop_index("ix_deliveries_talk_id", table_name="deliveries")
    op.drop_column("deliveries", "talk_id")
