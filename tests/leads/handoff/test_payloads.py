"""What is documented is what is sent."""

from __future__ import annotations

import json
import re

import msgspec
import pytest

from leads.payloads import DOCS, EXAMPLE_FILE, Event, LeadSubmitted, files, schema

PAGE = (DOCS / "handoff.md").read_text(encoding="utf-8")
EXAMPLES = [EXAMPLE_FILE.read_text(encoding="utf-8"), *re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_the_documented_payload_is_current(path):
    """If not: `python -m leads schema`."""
    assert path.read_text(encoding="utf-8") == files()[path]


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_is_a_payload_to_the_last_field(text):
    """Decoded and written again it is the same: no field is missing, none is unknown."""
    assert json.loads(msgspec.json.encode(msgspec.json.decode(text, type=Event))) == json.loads(text)


def test_all_three_events_have_an_example():
    assert {json.loads(text)["event"] for text in EXAMPLES} == {"lead.submitted", "lead.erased", "inquiry.opened"}


def test_every_field_of_a_lead_stands_in_the_table_of_the_page():
    lead = next(field.type for field in msgspec.structs.fields(LeadSubmitted) if field.name == "lead")
    told = set(re.findall(r"^\| `([\w.]+)`", PAGE, re.MULTILINE))
    assert {field.name for field in msgspec.structs.fields(lead)} <= {name.split(".")[0] for name in told}


def test_the_schema_is_of_the_draft_it_names_and_all_its_references_lead_somewhere():
    made = schema()
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    references = re.findall(r'"\$ref": "#/\$defs/(\w+)"', json.dumps(made))
    assert references
    assert set(references) <= set(made["$defs"])
