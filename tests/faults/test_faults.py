"""A small run of the faults that `make faults` runs at length: nothing confirmed is lost, nothing comes twice."""

from __future__ import annotations

import pytest

from tests.faults.run import HEAD, run


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_leads_survive_kills_and_a_failing_crm(database, tmp_path):
    outcome = run(database, leads=6, at_once=3, seed=7, folder=tmp_path, every=2.0)
    print(HEAD, outcome.row(), sep="\n")
    assert all(outcome.kills.values()), outcome.kills
    assert outcome.wrong() == []
