"""Asking for the state of a conversation costs a turn next to nothing, however many leads there are."""

from __future__ import annotations

from time import perf_counter

from sqlalchemy import event

from leads.model import Draft, Talk


def milliseconds(what, times=60):
    """The quickest of many runs: whatever else the machine does only adds to it."""
    took = []
    for _ in range(times):
        began = perf_counter()
        what()
        took.append((perf_counter() - began) * 1000)
    return min(took)


def test_it_takes_two_statements(leads, submit, store):
    submit()
    counted = []
    event.listen(store.engine, "before_cursor_execute", lambda *given: counted.append(given[2]))
    leads.state_of("talk-1")
    assert len([said for said in counted if said.lstrip().upper().startswith("SELECT")]) == 2


def test_it_is_many_times_cheaper_than_keeping_a_draft_and_does_not_grow(leads, submit, draft):
    form = draft(talk="mine")
    leads.submit(draft(talk="mine"), [])
    leads.keep_draft(form)
    alone = milliseconds(lambda: leads.state_of("mine"))
    for n in range(30):
        submit(talk=f"other-{n}", contact=f"+86138{n:08}", company=f"第{n}家")
        leads.keep_draft(Draft(key=f"d{n}", talk=Talk(id=f"other-{n}", channel="web")))
    among_many = milliseconds(lambda: leads.state_of("mine"))
    writing = milliseconds(lambda: leads.keep_draft(form), times=15)
    print(f"state_of: {alone:.2f} ms alone, {among_many:.2f} ms among 31 leads; keep_draft {writing:.2f} ms")
    assert among_many < alone * 2
    assert among_many < writing
