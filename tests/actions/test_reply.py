"""The envelope has the shape that the acceptance format gives it, and no button or link does more than it may."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import refusals
from actions.investor.smalltalk import greeting
from actions.turn.reply import Kind, Match, Reply, envelope_of, link_of, send
from actions.turn.wording import source_line
from deploy.settings import ROOT
from tests.shopper import KINDS

FORMAT = Path(ROOT.parent / "shared" / "acceptance" / "FORMAT.md")


@pytest.fixture
def weak(catalogue):
    """A record that rests on re-hosted pages, and such a source of it."""
    return next((r, s) for r in catalogue.records.values() for s in r.sources if s.quality in ("C", "D") and s.url)


def sent(reply):
    dispatcher = CollectingDispatcher()
    send(dispatcher, reply)
    (message,) = dispatcher.messages
    return message


def test_kinds_are_those_of_the_format():
    assert set(get_args(Kind)) == KINDS


@pytest.mark.skipif(not FORMAT.exists(), reason="the acceptance format lies outside the repository")
def test_kinds_are_those_the_format_lists():
    listed = FORMAT.read_text(encoding="utf-8").partition("Reply kinds")[2].partition("An `auto` turn")[0]
    assert set(re.findall(r"^([a-z]+) +\S", listed, re.MULTILINE)) == set(get_args(Kind))


def test_an_envelope_names_each_record_with_its_sources(catalogue):
    record = catalogue.get("jn-gaoxin")
    envelope = envelope_of(Reply(kind="answer", text="x", records=[record]))
    (told,) = envelope["records"]
    assert {"id", "name", "type", "sources"} == set(told)
    assert (told["id"], told["name"], told["type"]) == (record.id, record.name, "site")
    assert [source["title"] for source in told["sources"]] == [source.title for source in record.sources]
    assert all(set(source) == {"title", "url", "as_of", "quality"} for source in told["sources"])


def test_every_record_makes_an_envelope_that_is_plain_json(catalogue):
    envelope = envelope_of(Reply(kind="answer", text="x", records=list(catalogue.records.values())))
    assert json.loads(json.dumps(envelope, ensure_ascii=False)) == envelope
    assert len(envelope["records"]) == len(catalogue.records)


def test_an_envelope_without_records_has_an_empty_list():
    assert envelope_of(Reply(kind="refuse", text="x"))["records"] == []


def test_matches_are_told_with_kind_match_alone(catalogue):
    match = Match("jn-gaoxin", 0.9, ["与生物医药相符"])
    records = [catalogue.get("jn-gaoxin")]
    told = envelope_of(Reply(kind="match", text="x", records=records, matches=[match]))
    assert told["matches"] == [{"id": "jn-gaoxin", "score": 0.9, "reasons": ["与生物医药相符"]}]
    assert "matches" not in envelope_of(Reply(kind="answer", text="x", records=records, matches=[match]))


def test_suggestions_are_told_where_there_are_any():
    assert envelope_of(Reply(kind="refuse", text="x", suggestions=("问?",)))["suggestions"] == ["问?"]
    assert "suggestions" not in envelope_of(Reply(kind="refuse", text="x"))


def test_rehosted_sources_are_named_but_not_linked(weak):
    record, source = weak
    told = {
        s["title"]: s for s in envelope_of(Reply(kind="answer", text="x", records=[record]))["records"][0]["sources"]
    }
    assert told[source.title]["url"] is None
    assert link_of(source) is None
    assert source.url not in source_line([record], [])


def test_no_envelope_links_a_source_below_b(catalogue):
    envelope = envelope_of(Reply(kind="answer", text="x", records=list(catalogue.records.values())))
    sources = [source for record in envelope["records"] for source in record["sources"]]
    assert any(source["url"] for source in sources)
    assert {source["quality"] for source in sources if source["url"]} <= {"A", "B"}


def test_one_reply_is_one_message_with_text_buttons_and_envelope():
    message = sent(greeting())
    assert message["text"] == greeting().text
    assert message["custom"]["kind"] == "smalltalk"
    assert message["buttons"]


@pytest.mark.parametrize(
    "reply",
    [greeting(), refusals.which_topic(), refusals.nothing_more()],
    ids=["greeting", "which topic", "nothing more"],
)
def test_buttons_send_the_plain_chinese_text_they_show(reply):
    for button in sent(reply)["buttons"]:
        assert set(button) == {"title", "payload"}
        assert button["payload"] == button["title"]
        assert re.search(r"[\u4e00-\u9fff]", button["payload"])
        assert not button["payload"].startswith("/")


def test_no_record_has_a_name_that_a_button_could_not_send(catalogue):
    """Names become buttons when an unclear one is asked back."""
    for button in sent(refusals.which_one(list(catalogue.records.values())))["buttons"]:
        assert not re.match(r"\s*[/∕／]", button["payload"])


def test_an_ask_back_tells_city_and_type_of_each_option(catalogue):
    reply = refusals.which_one([catalogue.get("jn-gaoxin"), catalogue.get("lz-gaoxin")])
    assert reply.kind == "clarify"
    assert [line[:2] for line in reply.text.splitlines()[1:]] == ["1.", "2."]
    assert "济南" in reply.text
    assert "兰州" in reply.text
    assert reply.text.count("园区") == 2


@pytest.mark.parametrize(
    "reply",
    [refusals.nothing_found(), refusals.out_of_scope(), refusals.elsewhere(["青岛"]), refusals.improper()],
    ids=["nothing found", "out of scope", "elsewhere", "improper"],
)
def test_every_refusal_offers_a_way_on(reply):
    assert reply.kind == "refuse"
    assert "12345" in reply.text
    assert "转人工" in reply.text
    assert re.search(r"https?://", reply.text)


def test_every_known_gap_is_declined_by_name_with_a_way_on(searcher):
    for gap in searcher.catalogue.gaps.values():
        reply = refusals.missing(gap, searcher)
        assert reply.kind == "refuse"
        assert gap.missing.rstrip("。") in reply.text
        assert re.search(r"12345|http|电话|地址", reply.text), gap.id
        assert "转人工" in reply.text


def test_a_table_says_what_the_lines_it_stands_for_say(visitor):
    """So that a channel may draw the table and leave these lines out."""
    project = "做生物医药,想在济南找园区,要靠近机场,投资2亿建厂"
    compared = visitor.ask("济南高新区和齐鲁软件园对比", compare_places=0.9).reply
    matched = visitor.ask(project, find_site=0.9).reply
    for reply in (compared, matched):
        lines = reply.text.split("\n")
        head, rows, (start, end) = reply.table.head, reply.table.rows, reply.table.lines
        said = "\n".join(lines[start:end])
        assert len(head) > 2
        assert all(len(row) == len(head) for row in rows)
        assert all(cell in said for row in [head, *rows] for cell in row)
        assert not lines[end].startswith(("·", "【")), "nor do they say more than it"
        assert "｜" not in lines[end]


def test_what_a_match_says_stands_in_its_own_lines(visitor):
    reply = visitor.ask("做生物医药,想在济南找园区,要靠近机场,投资2亿建厂", find_site=0.9).reply
    lines = reply.text.split("\n")
    for place, match in enumerate(reply.matches, 1):
        first, *others = lines[slice(*match.lines)]
        assert first.startswith(f"{place}. ")
        assert all(line.startswith("   ") for line in others)
