"""What an investor said to an officer who has not replied yet: how much, and since when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_takeovers"
down_revision = "0007_names"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it. Whoever holds a conversation now owes an answer since he took it: what nobody tends goes back soon."""
    op.add_column("inquiries", sa.Column("unanswered", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("inquiries", sa.Column("unanswered_since", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE inquiries SET unanswered_since = taken_at WHERE state = 'TAKEN'")


def downgrade() -> None:
    """Take it away."""
    op.drop_column("inquiries", "unanswered_since")
    op.drop_column("inquiries", "unanswered")
