"""What the tests of `knowledge` share: the shipped records, a copy that may be spoilt, and a small record to vary."""

from __future__ import annotations

import shutil

import pytest

from knowledge.catalogue import Catalogue
from knowledge.loading import load_gaps, load_records, to_record
from knowledge.paths import GAPS, RECORDS

SITE = """\
id: jn-demo
type: site
name: 济南示范产业园
city: 济南
aliases:
  - 示范园
summary: 济南示范产业园位于济南市章丘区。
area_km2: 12.5
industries:
  - 生物医药
facts:
  - text: 2021年,园区有企业21家。
    source: S1
questions:
  - 示范园在哪
sources:
  - id: S1
    title: 示范园介绍
    url: http://example.org/1
    as_of: '2021-04-25'
    quality: A
checked: '2026-11-22'
"""


@pytest.fixture
def site_text():
    return SITE


@pytest.fixture
def folder(tmp_path):
    """A folder of records with one site in it."""
    path = tmp_path / "records"
    (path / "site").mkdir(parents=True)
    (path / "site" / "jn-demo.yml").write_text(SITE, encoding="utf-8")
    return path


@pytest.fixture
def shipped_copy(tmp_path):
    """A copy of the shipped records."""
    return shutil.copytree(RECORDS, tmp_path / "shipped")


@pytest.fixture(scope="session")
def shipped():
    records, findings = load_records()
    assert not findings
    return records


@pytest.fixture(scope="session")
def gaps():
    found, findings = load_gaps(GAPS)
    assert not findings
    return found


@pytest.fixture(scope="session")
def catalogue(shipped, gaps):
    return Catalogue(shipped, gaps)


@pytest.fixture
def make():
    """Build a record from its type and keys; what is needed and not given is filled in."""

    def build(type_="site", **keys):
        data = {
            "id": "jn-x",
            "type": type_,
            "name": "济南试验园",
            "city": "济南",
            "summary": "济南试验园位于济南市。",
            "sources": [{"id": "S", "title": "t", "url": None, "as_of": "2021", "quality": "A"}],
            "checked": "2026-11-20",
        }
        if type_ == "incentive":
            data |= {"level": "市级", "later": "后续修订情况未见。", "benefits": [{"text": "奖励1%。", "source": "S"}]}
            data |= {"verify": {"what": "是否仍在执行", "why": "后续修订情况未见"}}
        record = to_record(data | keys, "test")
        assert hasattr(record, "id"), record
        return record

    return build
