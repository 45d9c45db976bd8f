"""Makes a lead of a form that an investor has confirmed: once, whatever is repeated. Lets him and the desk put it right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from leads import amending, dossier, drafts, duplicates, duties, numbering, searching, transcripts
from leads.errors import ConsentMissing, IllegalMove, Unacceptable
from leads.masking import masked
from leads.model import Details, Draft, Line, Receipt, Stage
from leads.ports import Outbox
from leads.recording import record, workable
from leads.routing import Routing
from leads.scoring import Scoring
from leads.staff import auditing
from leads.staff.model import Right, Visitor
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
            record(db, lead, now, "amended", "investor", data={"fields": changed})
            self._put_right(db, lead, draft.details, now)
        return Receipt(number=lead.number, office=lead.office, repeated=True, amended=bool(changed))

    def correct(
        self, db: Session, number: str, given: Mapping[str, Any], who: Visitor, seen: datetime, now: datetime
    ) -> list[str]:
        """Put right what a lead says of its investor; gives the fields that changed. What stood there before stands in
        the lead, where erasing finds it; the audit names the fields alone.

        `given`: fields of `Details`, those to be left out. Raises `NotFound` outside of one's scope, `IllegalMove`,
        `ChangedMeanwhile`, and `Unacceptable` where nobody could be reached any more.
        """
        dossier.find(db, number, who.account.scope)
        if not who.account.may(Right.WORK_LEADS):
            raise IllegalMove("您的角色不能更正线索")
        lead = workable(db, number, seen)
        before = amending.details_of(lead)
        details = msgspec.structs.replace(before, **given)
        if not details.contact:
            raise Unacceptable("联系方式不能空着：没有它就找不到投资者了")
        changed = amending.changes(lead, details)
        if changed:
            told = {field: [_told(before, field), _told(details, field)] for field in changed if field in _SAID}
            record(db, lead, now, "corrected", who.account.login, data={"changes": told})
            auditing.write(db, who, "lead.corrected", number, {"fields": changed}, now)
            self._put_right(db, lead, details, now)
        return changed

    def _put_right(self, db: Session, lead: Lead, details: Details, now: datetime) -> None:
        """Put details in the place of others, with all that is worked out from them, and send them on."""
        score = self.scoring.score(details)
        lead.score, lead.qualified, lead.reasons = score.points, score.qualified, msgspec.to_builtins(score.reasons)
        lead.sector = self.scoring.sector(details)
        amending.amend(lead, details)
        searching.index(db, lead)
        duplicates.link_again(db, lead)
        db.flush()
        self.outbox.amended(db, lead, now)

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


_SAID = ("contact_name", "company", "contact", "industry", "investment", "area", "notes")
"""What people said, without what was worked out from it."""


def _told(details: Details, field: str) -> str:
    """A field as the lead's history shows it: whoever looks there has not asked to see the contact."""
    said: str = getattr(details, field)
    return masked(said, details.contact_kind) if field == "contact" else said
