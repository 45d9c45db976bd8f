"""First contact and its deadline; what was reminded of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_deadlines"
down_revision = "0004_desk"
branch_labels = None
depends_on = None

_time = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add them. When somebody was first spoken with is read off the activities; what was never promised stays open."""
    op.add_column("leads", sa.Column("contact_due_at", _time, nullable=True))
    op.add_column("leads", sa.Column("contacted_at", _time, nullable=True))
    op.execute(
        "UPDATE leads SET contacted_at = (SELECT min(at) FROM activities WHERE activities.lead_id = leads.id"
        " AND kind IN ('called', 'visited', 'wechat', 'met', 'moved'))"
    )
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("due_at", _time, nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("at", _time, nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_reminders_lead_id_leads"),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
        sa.UniqueConstraint("lead_id", "due_at", "step", name="uq_reminders_lead_id"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("reminders")
    op.drop_column("leads", "contacted_at")
    op.drop_column("leads", "contact_due_at")
