"""The tables of the pipeline as they first were."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    "merges",
    "likenesses",
    "inquiries",
    "deliveries",
    "consents",
    "cards",
    "assignments",
    "activities",
    "utterances",
    "leads",
    "drafts",
    "attempts",
)
_SQLITE = (
    """
    CREATE TRIGGER activities_change BEFORE UPDATE ON activities
    WHEN NOT (
        NEW.text = '' AND NEW.data = '{}' AND NEW.id = OLD.id AND NEW.lead_id = OLD.lead_id AND NEW.at = OLD.at
        AND NEW.kind = OLD.kind AND NEW.actor = OLD.actor
    )
    BEGIN SELECT RAISE(ABORT, 'activities only grow'); END
    """,
    """
    CREATE TRIGGER activities_delete BEFORE DELETE ON activities
    BEGIN SELECT RAISE(ABORT, 'activities only grow'); END
    """,
)
_POSTGRESQL = (
    """
    CREATE FUNCTION activities_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND NEW.text = '' AND NEW.data::text = '{}' AND NEW.id = OLD.id
            AND NEW.lead_id = OLD.lead_id AND NEW.at = OLD.at AND NEW.kind = OLD.kind AND NEW.actor = OLD.actor
        THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'activities only grow';
    END $$
    """,
    """
    CREATE TRIGGER activities_change BEFORE UPDATE OR DELETE ON activities
    FOR EACH ROW EXECUTE FUNCTION activities_only_grow()
    """,
    """
    CREATE TRIGGER activities_empty BEFORE TRUNCATE ON activities
    FOR EACH STATEMENT EXECUTE FUNCTION activities_only_grow()
    """,
)


def upgrade() -> None:
    """Make all tables, and the triggers that let activities only grow; erasing may blank what they say."""
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
    )
    op.create_index("ix_attempts_subject_at", "attempts", ["subject", "at"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("talk_id", sa.String(200), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("asked", sa.String(30), nullable=False),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_version", sa.String(40), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("talk_id", name="pk_drafts"),
        sa.UniqueConstraint("key", name="uq_drafts_key"),
    )
    op.create_index("ix_drafts_updated_at", "drafts", ["updated_at"], unique=False)
    op.create_table(
        "leads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("draft_key", sa.String(40), nullable=False),
        sa.Column("talk_id", sa.String(200), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("contact", sa.String(200), nullable=False),
        sa.Column("contact_kind", sa.String(20), nullable=False),
        sa.Column("contact_key", sa.String(200), nullable=False),
        sa.Column("company_key", sa.String(200), nullable=False),
        sa.Column("industry", sa.String(), nullable=False),
        sa.Column("investment", sa.String(), nullable=False),
        sa.Column("investment_low", sa.BigInteger(), nullable=True),
        sa.Column("investment_high", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("closed_because", sa.String(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("qualified", sa.Boolean(), nullable=False),
        sa.Column("office", sa.String(200), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["merged_into_id"], ["leads.id"], name="fk_leads_merged_into_id_leads"),
        sa.PrimaryKeyConstraint("id", name="pk_leads"),
        sa.UniqueConstraint("draft_key", name="uq_leads_draft_key"),
        sa.UniqueConstraint("number", name="uq_leads_number"),
    )
    op.create_index("ix_leads_company_key", "leads", ["company_key"], unique=False)
    op.create_index("ix_leads_contact_key", "leads", ["contact_key"], unique=False)
    op.create_index("ix_leads_created_at", "leads", ["created_at"], unique=False)
    op.create_index("ix_leads_merged_into_id", "leads", ["merged_into_id"], unique=False)
    op.create_index("ix_leads_office", "leads", ["office"], unique=False)
    op.create_index("ix_leads_qualified", "leads", ["qualified"], unique=False)
    op.create_index("ix_leads_score", "leads", ["score"], unique=False)
    op.create_index("ix_leads_stage", "leads", ["stage"], unique=False)
    op.create_index("ix_leads_talk_id", "leads", ["talk_id"], unique=False)
    op.create_table(
        "utterances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("talk_id", sa.String(200), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("speaker", sa.String(20), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("records", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_utterances"),
        sa.UniqueConstraint("talk_id", "place", name="uq_utterances_talk_id"),
    )
    op.create_table(
        "activities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_activities_lead_id_leads"),
        sa.PrimaryKeyConstraint("id", name="pk_activities"),
    )
    op.create_index("ix_activities_lead_id", "activities", ["lead_id"], unique=False)
    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("officer", sa.String(200), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_assignments_lead_id_leads"),
        sa.PrimaryKeyConstraint("id", name="pk_assignments"),
    )
    op.create_index("ix_assignments_lead_id", "assignments", ["lead_id"], unique=False)
    op.create_index("ix_assignments_officer", "assignments", ["officer"], unique=False)
    op.create_index(
        "uq_assignments_open",
        "assignments",
        ["lead_id"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "cards",
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("responsibility", sa.String(), nullable=False),
        sa.Column("measures", sa.String(), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leader", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_cards_lead_id_leads"),
        sa.PrimaryKeyConstraint("lead_id", name="pk_cards"),
    )
    op.create_index("ix_cards_deadline", "cards", ["deadline"], unique=False)
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("notice_version", sa.String(40), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_consents_lead_id_leads"),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        sa.UniqueConstraint("lead_id", name="uq_consents_lead_id"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("destination", sa.String(20), nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease", sa.String(40), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_deliveries_lead_id_leads"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("key", name="uq_deliveries_key"),
    )
    op.create_index("ix_deliveries_due", "deliveries", ["state", "due_at"], unique=False)
    op.create_index("ix_deliveries_lead_id", "deliveries", ["lead_id"], unique=False)
    op.create_table(
        "inquiries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("talk_id", sa.String(200), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("officer", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_inquiries_lead_id_leads"),
        sa.PrimaryKeyConstraint("id", name="pk_inquiries"),
    )
    op.create_index("ix_inquiries_lead_id", "inquiries", ["lead_id"], unique=False)
    op.create_index("ix_inquiries_state", "inquiries", ["state"], unique=False)
    op.create_index("ix_inquiries_talk_id", "inquiries", ["talk_id"], unique=False)
    op.create_index(
        "uq_inquiries_open",
        "inquiries",
        ["talk_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "likenesses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_likenesses_lead_id_leads"),
        sa.ForeignKeyConstraint(["other_id"], ["leads.id"], name="fk_likenesses_other_id_leads"),
        sa.PrimaryKeyConstraint("id", name="pk_likenesses"),
        sa.UniqueConstraint("lead_id", "other_id", "why", name="uq_likenesses_lead_id"),
    )
    op.create_index("ix_likenesses_lead_id", "likenesses", ["lead_id"], unique=False)
    op.create_index("ix_likenesses_other_id", "likenesses", ["other_id"], unique=False)
    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survivor_id", sa.Integer(), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["merged_id"], ["leads.id"], name="fk_merges_merged_id_leads"),
        sa.ForeignKeyConstraint(["survivor_id"], ["leads.id"], name="fk_merges_survivor_id_leads"),
        sa.PrimaryKeyConstraint("id", name="pk_merges"),
    )
    op.create_index("ix_merges_merged_id", "merges", ["merged_id"], unique=False)
    op.create_index("ix_merges_survivor_id", "merges", ["survivor_id"], unique=False)
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Remove everything."""
    for table in _TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION activities_only_grow()")
