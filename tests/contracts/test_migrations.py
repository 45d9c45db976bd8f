"""The migrations of the lead store are one chain: whoever lands second moves his to the end."""

from __future__ import annotations

from alembic.script import ScriptDirectory

from leads.migrating import SCRIPTS


def test_the_migrations_are_one_chain():
    scripts = ScriptDirectory(str(SCRIPTS))
    assert len(scripts.get_heads()) == 1
    assert all(not isinstance(script.down_revision, tuple) for script in scripts.walk_revisions())
