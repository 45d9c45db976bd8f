"""Makes a lead of a form that an investor has confirmed: once, whatever is repeated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from leads import amending, drafts, duplicates, duties, numbering, searching, transcripts
from leads.errors import ConsentMissing
from leads.model import Draft, Line, Receipt, Stage
from leads.ports import Outbox
from leads.recording import record
from leads.routing import Routing
from leads.scoring import Scoring
from leads.tables import Consent, Lead


class Submitting(msgspec.Struct, frozen=True):
    """What a submission needs besides the form."""

    outbox: Outbox
    scoring: Scoring
    routing: Routing
    contact_until: Callable[[datetime], datetime]
    """When somebody is to speak with an investor who submits at a time."""

    def submit(
        self, db: Session, draft: Draft, transcript: Sequence[Line], extra: Mapping[str, Any], now: datetime
    ) -> Receipt:
        """Write the lead with all that belongs to it; or find the one that this draft became before.

        Two at once clash on the draft's key, and the later, run again, finds what the earlier wrote.
        Raises `ConsentMissing`.
        """
        if draft.consented_at is None:
            raise ConsentMissing("还没有同意个人信息的处理，不能提交；请先征得明确同意")
        drafts.drop(db, draft.talk.id)
        before = amending.lead_of(db, draft)
        if before is not None:
            return self._again(db, before, draft, now)
        lead = self._lead(draft, extra, now)
        db.add(lead)
        db.flush()  # gives it its id
        searching.index(db, lead)
        duties.settle(db, lead)
        db.add(
            Consent(
                lead_id=lead.id,
                notice_version=draft.notice_version,
                given_at=draft.consented_at,
                channel=draft.talk.channel,
            )
        )
        transcripts.keep(db, draft.talk.id, transcript)
        record(db, lead, now, "submitted", "investor")
        duplicates.link(db, lead)
        db.flush()  # the outbox reads what it tells of
        self.outbox.submitted(db, lead, now)
        return Receipt(number=lead.number, office=lead.office)

    def _again(self, db: Session, lead: Lead, draft: Draft, now: datetime) -> Receipt:
        """The same form once more: a repetition changes nothing, a correction is put in the lead and sent on."""
        changed = [] if lead.erased_at is not None else amending.changes(lead, draft.details)
        if changed:
            score = self.scoring.score(draft.details)
            lead.score, lead.qualified, lead.reasons = score.points, score.qualified, msgspec.to_builtins(score.reasons)
            lead.sector = self.scoring.sector(draft.details)
            amending.amend(lead, draft.details)
            searching.index(db, lead)
            record(db, lead, now, "amended", "investor", data={"fields": changed})
            duplicates.link_again(db, lead)
            db.flush()
            self.outbox.amended(db, lead, now)
        return Receipt(number=lead.number, office=lead.office, repeated=True, amended=bool(changed))

    def _lead(self, draft: Draft, extra: Mapping[str, Any], now: datetime) -> Lead:
        details = draft.details
        score = self.scoring.score(details)
        said = {field: getattr(details, field) for field in details.__struct_fields__}
        return Lead(
            **said,
            number=numbering.new(),
            draft_key=draft.key,
            talk_id=draft.talk.id,
            channel=draft.talk.channel,
            created_at=now,
            updated_at=now,
            contact_key=duplicates.contact_key(details.contact),
            company_key=duplicates.company_key(details.company),
            stage=Stage.NEW,
            closed_because="",
            score=score.points,
            reasons=msgspec.to_builtins(score.reasons),
            qualified=score.qualified,
            office=self.routing.office_of(details),
            sector=self.scoring.sector(details),
            contact_due_at=self.contact_until(now),
            extra=dict(extra),
        )
