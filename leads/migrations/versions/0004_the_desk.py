"""What the bureau's desk needs: accounts, sign-ins, audit, saved views, next steps, and what its inbox sorts by."""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

from leads.searching import folded

revision = "0004_desk"
down_revision = "0003_words"
branch_labels = None
depends_on = None

_TABLES = ("views", "audits", "sign_ins", "accounts", "next_steps", "search_texts")
_SQLITE = tuple(
    f"""
    CREATE TRIGGER audits_{verb.lower()} BEFORE {verb} ON audits
    BEGIN SELECT RAISE(ABORT, 'audits only grow'); END
    """
    for verb in ("UPDATE", "DELETE")
)
_POSTGRESQL = (
    """
    CREATE FUNCTION audits_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'audits only grow'; END $$
    """,
    """
    CREATE TRIGGER audits_change BEFORE UPDATE OR DELETE ON audits
    FOR EACH ROW EXECUTE FUNCTION audits_only_grow()
    """,
    """
    CREATE TRIGGER audits_empty BEFORE TRUNCATE ON audits
    FOR EACH STATEMENT EXECUTE FUNCTION audits_only_grow()
    """,
)
_INDEXED = ("created_at", "merged_into_id", "qualified", "score", "stage")
"""Columns that had an index of their own; the inbox reads one index of all that it filters by."""
_INBOX = (
    "created_at", "stage", "officer", "office", "sector", "channel", "score", "investment_low", "due_at", "updated_at",
    "merged_into_id", "erased_at",
)  # fmt: skip
_time = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, and give the leads there are what the inbox needs of them."""
    op.add_column("leads", sa.Column("sector", sa.String(60), nullable=False, server_default=sa.text("''")))
    op.add_column("leads", sa.Column("officer", sa.String(200), nullable=False, server_default=sa.text("''")))
    op.add_column("leads", sa.Column("due_at", _time, nullable=True))
    for column in _INDEXED:
        op.drop_index(f"ix_leads_{column}", "leads")
    while_merged = sa.text("merged_into_id IS NOT NULL")
    op.create_index(
        "ix_leads_merged_into_id", "leads", ["merged_into_id"], sqlite_where=while_merged, postgresql_where=while_merged
    )
    op.create_index("ix_leads_inbox", "leads", list(_INBOX), unique=False)
    op.create_index("ix_leads_stage", "leads", ["stage", "created_at"], unique=False)
    op.create_index("ix_leads_updated_at", "leads", ["updated_at"], unique=False)
    op.create_index("ix_leads_officer", "leads", ["officer", "created_at"], unique=False)
    while_due = sa.text("due_at IS NOT NULL")
    op.create_index("ix_leads_due_at", "leads", ["due_at"], sqlite_where=while_due, postgresql_where=while_due)
    op.create_table(
        "search_texts",
        sa.Column("lead_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.String(400), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_search_texts_lead_id_leads"),
        sa.PrimaryKeyConstraint("lead_id", name="pk_search_texts"),
    )
    op.create_table(
        "next_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(500), nullable=False),
        sa.Column("due_at", _time, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("created_at", _time, nullable=False),
        sa.Column("done_at", _time, nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_next_steps_lead_id_leads"),
        sa.PrimaryKeyConstraint("id", name="pk_next_steps"),
    )
    op.create_index("ix_next_steps_lead_id", "next_steps", ["lead_id"], unique=False)
    op.create_index("ix_next_steps_due_at", "next_steps", ["due_at"], unique=False)
    while_open = sa.text("done_at IS NULL")
    op.create_index(
        "uq_next_steps_open", "next_steps", ["lead_id"], unique=True, sqlite_where=while_open,
        postgresql_where=while_open,
    )  # fmt: skip
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(40), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("offices", sa.JSON(), nullable=False),
        sa.Column("sectors", sa.JSON(), nullable=False),
        sa.Column("password", sa.String(200), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.String(64), nullable=False),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("disabled_at", _time, nullable=True),
        sa.Column("away_until", _time, nullable=True),
        sa.Column("deputy", sa.String(40), nullable=False),
        sa.Column("created_at", _time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("login", name="uq_accounts_login"),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", _time, nullable=False),
        sa.Column("seen_at", _time, nullable=False),
        sa.Column("address", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_sign_ins_account_id_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_ins"),
        sa.UniqueConstraint("digest", name="uq_sign_ins_digest"),
    )
    op.create_index("ix_sign_ins_account_id", "sign_ins", ["account_id"], unique=False)
    op.create_table(
        "audits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _time, nullable=False),
        sa.Column("who", sa.String(40), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("address", sa.String(60), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audits"),
    )
    for column in ("at", "who", "subject"):
        op.create_index(f"ix_audits_{column}", "audits", [column], unique=False)
    op.create_table(
        "views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(30), nullable=False),
        sa.Column("query", sa.String(1000), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_views_account_id_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_views"),
        sa.UniqueConstraint("account_id", "name", name="uq_views_account_id"),
    )
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)
    _fill()


def _fill() -> None:
    """Officer, sector and search text of the leads there are."""
    leads = sa.table("leads", *(sa.column(name) for name in ("id", "number", "company", "contact_name", "contact")))
    leads.append_column(sa.column("reasons", sa.JSON()))
    leads.append_column(sa.column("sector", sa.String()))
    texts = sa.table("search_texts", sa.column("lead_id"), sa.column("text"))
    db = op.get_bind()
    for row in db.execute(sa.select(leads)).all():
        db.execute(
            texts.insert().values(
                lead_id=row.id, text=folded(row.number, row.company, row.contact_name, row.contact)[:400]
            )
        )
        why = next((reason["why"] for reason in row.reasons if reason["rule"] == "industry"), "")
        if known := re.match("产业“(.+?)”", why):
            db.execute(leads.update().where(leads.c.id == row.id).values(sector=known[1]))
    held = "SELECT a.officer FROM assignments a WHERE a.lead_id = leads.id AND a.until IS NULL"
    op.execute(f"UPDATE leads SET officer = COALESCE(({held}), '')")  # noqa: S608 - no word from outside
    deadline = "SELECT c.deadline FROM cards c WHERE c.lead_id = leads.id"
    op.execute(f"UPDATE leads SET due_at = ({deadline}) WHERE stage <> 'CLOSED'")  # noqa: S608 - ditto


def downgrade() -> None:
    """Take the desk away; the leads stay."""
    for table in _TABLES:
        op.drop_table(table)
    for index in ("due_at", "officer", "updated_at", "stage", "inbox", "merged_into_id"):
        op.drop_index(f"ix_leads_{index}", "leads")
    for column in _INDEXED:
        op.create_index(f"ix_leads_{column}", "leads", [column], unique=False)
    for column in ("due_at", "officer", "sector"):
        op.drop_column("leads", column)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audits_only_grow()")
