"""Merging joins leads reversibly: no ring, no loss, whatever is done in whatever order."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads import numbering
from leads.errors import IllegalMove, LeadsError, NotFound
from leads.model import Stage
from leads.tables import Activity, Assignment, Lead, Merge


def test_merged_and_taken_apart_both_are_as_before(leads, submit, see, store):
    first, second = submit(talk="a"), submit(talk="b")
    leads.take(first, "li")

    def seen():
        kept = {"updated_at", "_sa_instance_state"}
        return [{k: v for k, v in vars(see.lead(number)).items() if k not in kept} for number in (first, second)]

    before = seen()
    leads.merge(second, first, "wang")
    assert see.lead(first).merged_into_id == see.lead(second).id
    leads.unmerge(first, "wang")
    assert seen() == before
    assert len(see.all(Assignment, Assignment.until.is_(None))) == 1
    assert [(row.undone_at is not None, row.by) for row in see.all(Merge)] == [(True, "wang")]
    assert [row.kind for row in see.activities(first)] == ["submitted", "assigned", "merged", "unmerged"]
    assert see.activities(second)[1].data == {"took_in": first}


def test_a_merged_lead_is_worked_on_through_the_other(leads, submit):
    first, second = submit(talk="a"), submit(talk="b")
    leads.merge(second, first, "li")
    for what in (lambda: leads.take(first, "li"), lambda: leads.move(first, Stage.CONTACTED, "li")):
        with pytest.raises(IllegalMove, match=numbering.shown(second)):
            what()
    leads.move(second, Stage.CONTACTED, "li")


def test_what_can_not_be_merged_is_told(leads, submit):
    first, second, third = submit(talk="a"), submit(talk="b"), submit(talk="c")
    leads.merge(second, first, "li")
    for survivor, merged in ((first, first), (first, second), (third, first), (second, first), (first, third)):
        with pytest.raises(IllegalMove):
            leads.merge(survivor, merged, "li")
    with pytest.raises(IllegalMove, match="没有并入"):
        leads.unmerge(second, "li")
    for what in (lambda: leads.merge(first, "ZS1", "li"), lambda: leads.unmerge("ZS1", "li")):
        with pytest.raises(NotFound):
            what()


STEPS = st.lists(
    st.tuples(st.sampled_from(("merge", "unmerge", "erase")), st.integers(0, 3), st.integers(0, 3)), max_size=10
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_is_merged_no_ring_and_no_loss_comes_about(leads, submit, see, store, steps):
    numbers = [submit(talk=f"talk-{n}") for n in range(4)]
    for what, one, other in steps:
        try:
            if what == "merge":
                leads.merge(numbers[one], numbers[other], "li")
            elif what == "unmerge":
                leads.unmerge(numbers[one], "li")
            elif other == 0:
                leads.erase(numbers[one], actor="li")
        except LeadsError:
            continue
    standing = {lead.id: lead for lead in see.all(Lead, Lead.number.in_(numbers))}
    assert len(standing) == 4
    for lead in standing.values():
        root, steps_up = lead, 0
        while root.merged_into_id is not None:
            root, steps_up = standing[root.merged_into_id], steps_up + 1
            assert steps_up < 4, "a ring"
        assert steps_up == 0 or root.erased_at is None, "hidden behind an erased one"
        assert see.all(Activity, Activity.lead_id == lead.id, Activity.kind == "submitted")
        open_merges = see.all(Merge, Merge.merged_id == lead.id, Merge.undone_at.is_(None))
        assert [row.survivor_id for row in open_merges] == [lead.merged_into_id][: lead.merged_into_id is not None]
    for lead in sorted(standing.values(), key=lambda one: one.id):
        if see.lead(lead.number).merged_into_id is not None:
            leads.unmerge(lead.number, "li")
    assert all(lead.merged_into_id is None for lead in see.all(Lead, Lead.number.in_(numbers)))
