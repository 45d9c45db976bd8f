"""Names and numbers are compared otherwise: what is searched, and by which companies are found alike, is written anew.

The keys are made by the code as it is now, not by a copy: they are only worth something where both agree.
"""

from __future__ import annotations

from collections import defaultdict, deque

import sqlalchemy as sa
from alembic import op

from leads.company_names import same
from leads.duplicates import company_key
from leads.searching import text_of

revision = "0007_names"
down_revision = "0006_tokens"
branch_labels = None
depends_on = None

_MOST = 50
_leads = sa.table(
    "leads",
    *(sa.column(name, sa.String) for name in ("number", "contact", "contact_name", "company", "company_key")),
    sa.column("id", sa.Integer),
    sa.column("erased_at", sa.DateTime),
)
_texts = sa.table("search_texts", sa.column("lead_id", sa.Integer), sa.column("text", sa.String))
_likenesses = sa.table(
    "likenesses", sa.column("lead_id", sa.Integer), sa.column("other_id", sa.Integer), sa.column("why", sa.String)
)


def upgrade() -> None:
    """Write them, and note anew which leads come from one company. Reads every lead once."""
    db = op.get_bind()
    db.execute(sa.delete(_likenesses).where(_likenesses.c.why == "company"))
    of_key: dict[str, deque[tuple[int, str]]] = defaultdict(lambda: deque(maxlen=_MOST))
    columns = (_leads.c.id, _leads.c.number, _leads.c.contact, _leads.c.contact_name, _leads.c.company)
    for lead in db.execute(sa.select(*columns).where(_leads.c.erased_at.is_(None)).order_by(_leads.c.id)).all():
        key = company_key(lead.company)[:200]
        db.execute(sa.update(_leads).where(_leads.c.id == lead.id).values(company_key=key))
        text = text_of(lead.number, lead.contact, lead.contact_name, lead.company)[:400]
        db.execute(sa.update(_texts).where(_texts.c.lead_id == lead.id).values(text=text))
        if not key:
            continue
        alike = [id_ for id_, company in of_key[key] if same(company, lead.company)]
        if alike:
            db.execute(
                sa.insert(_likenesses), [{"lead_id": lead.id, "other_id": id_, "why": "company"} for id_ in alike]
            )
        of_key[key].append((lead.id, lead.company))


def downgrade() -> None:
    """The former code reads these as well; it finds fewer."""
